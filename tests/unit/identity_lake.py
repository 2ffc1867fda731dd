"""Lakes and vaults small enough to resolve by hand, written as intake would leave them.

A token is `#` and the value, so that a test reads what it says. What does not belong here:
assertions.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import lake
from warehouse.contract import load_contracts
from warehouse.identity import resolve
from warehouse.identity.xref import FOREVER
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

DAY_1, DAY_2, DAY_3 = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 3)
AS_OF = date(2026, 11, 7)

SOURCES = {"customers": "crm", "accounts": "boss", "logins": "web"}


@dataclass
class Lake:
    """Rows per table and business date, each table and date one accepted file."""

    home: Path
    is_whole: bool = False
    """Whether the tables that hold no people are there too, as reports need them."""
    rows: dict[tuple[str, date], list[dict]] = field(default_factory=lambda: defaultdict(list))

    @property
    def settings(self) -> Settings:
        """The settings of this home."""
        return Settings(home=self.home)

    def customer(
        self, customer_id, idn=None, phone=None, name=None, day=DAY_1, party="C", **others
    ):
        """One version of a CRM record."""
        self._add(
            "customers",
            day,
            customer_id=customer_id,
            id_number=idn,
            phone=phone,
            customer_name=name,
            party_type_code=party,
            registered_at=datetime(2026, 10, 1),
            **others,
        )

    def account(self, account_id, crm=None, idn=None, phone=None, name=None, day=DAY_1):
        """One version of a BOSS account."""
        self._add(
            "accounts",
            day,
            account_id=account_id,
            crm_customer_id=crm,
            holder_id_number=idn,
            contact_phone=phone,
            holder_name=name,
            opened_date=date(2026, 10, 1),
        )

    def login(self, visitor_id, account_id, at, day=DAY_1):
        """One login of a browser."""
        self._add(
            "logins",
            day,
            login_id=f"L{at}",
            visitor_id=visitor_id,
            account_id=account_id,
            logged_in_at=at,
            _event_date=at.date(),
        )

    def _add(self, table, day, **row):
        rows = self.rows[table, day]
        rows.append({**row, "_file_id": f"{table}{day}", "_record": len(rows) + 1})

    def write(self):
        """Write lake, vault and key."""
        contracts = load_contracts()
        if not self.settings.vault.exists():
            known = [contracts[source, table] for table, source in SOURCES.items()]
            lake.prepare(self.settings, contracts.values() if self.is_whole else known)
        for (table, day), rows in self.rows.items():
            contract = contracts[SOURCES[table], table]
            values = [column.name for column in contract.direct_columns]
            tokens = [column.lake_name for column in contract.direct_columns]
            for row in rows:
                row["source_id"] = row.get(contract.vault_id)
                for name, token in zip(values, tokens, strict=True):
                    row[token] = row.get(name) and f"#{row[name]}"
            empty = self._path("lake/raw", table, lake.NO_DATE, "empty")
            self._parquet("lake/raw", table, day, pq.read_schema(empty))
            if values:
                texts = [(name, pa.string()) for name in ["source_id", *values, *tokens]]
                schema = pa.schema([*texts, ("_record", pa.int64())])
                self._parquet("vault", table, day, schema)
        Pseudonyms.load(self.settings, ledger_has_files=False)

    def resolve(self, as_of=AS_OF):
        """Write everything and resolve it: the counts, and the result by source id."""
        self.write()
        result = resolve(self.settings, as_of)
        return result, {row["source_id"]: row for row in self.xref() if row["valid_to"] == FOREVER}

    def xref(self):
        """The rows of the result."""
        return pq.read_table(self.home / "lake" / "identity" / "customer_xref.parquet").to_pylist()

    def remove(self, day):
        """Take a day's files away, as when nothing was accepted for it."""
        for path in self.home.rglob(f"business_date={day}/*.parquet"):
            path.unlink()

    def _path(self, zone, table, day, stem):
        return lake.path_in(self.home / zone, SOURCES[table], table, day, stem)

    def _parquet(self, zone, table, day, schema):
        path = self._path(zone, table, day, f"{table}{day}")
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.Table.from_pylist(self.rows[table, day], schema), path)


def same_key(home):
    """A lake whose pseudonyms equal those of its likes."""
    made = Lake(home)
    key_file = made.settings.key_path
    key_file.parent.mkdir()
    key_file.write_bytes(b"k" * 32)
    key_file.chmod(0o600)
    return made
