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

from warehouse.identity import resolve
from warehouse.identity.xref import FOREVER
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

DAY_1, DAY_2, DAY_3 = date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 3)
AS_OF = date(2026, 11, 7)

DIRECT = {
    "customers": ("customer_name", "id_number", "phone", "email", "address"),
    "accounts": ("holder_name", "holder_id_number", "contact_phone"),
    "logins": (),
}
PLAIN = {
    "customers": {
        "customer_id": pa.string(),
        "party_type_code": pa.string(),
        "birth_date": pa.date32(),
        "sex_code": pa.string(),
        "registered_at": pa.timestamp("us"),
    },
    "accounts": {
        "account_id": pa.string(),
        "crm_customer_id": pa.string(),
        "opened_date": pa.date32(),
    },
    "logins": {
        "login_id": pa.string(),
        "visitor_id": pa.string(),
        "account_id": pa.string(),
        "logged_in_at": pa.timestamp("us"),
        "_event_date": pa.date32(),
    },
}
SOURCES = {"customers": "crm", "accounts": "boss", "logins": "web"}


@dataclass
class Lake:
    """Rows per table and business date, each table and date one accepted file."""

    home: Path
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
        for table in PLAIN:
            self.rows.setdefault((table, DAY_1), [])
        for (table, day), rows in self.rows.items():
            tokens = [f"{name}_token" for name in DIRECT[table]]
            for row in rows:
                for name, token in zip(DIRECT[table], tokens, strict=True):
                    row[token] = row.get(name) and f"#{row[name]}"
            texts = [(name, pa.string()) for name in tokens]
            known = [("_file_id", pa.string()), ("_record", pa.int64())]
            self._parquet("lake/raw", table, day, rows, [*PLAIN[table].items(), *texts, *known])
            if DIRECT[table] and rows:
                values = [(name, pa.string()) for name in DIRECT[table]]
                self._parquet("vault", table, day, rows, [*values, *texts, known[1]])
        Pseudonyms.load(self.settings, ledger_has_files=False)

    def resolve(self, as_of=AS_OF):
        """Write everything and resolve it: the counts, and the result by source id."""
        self.write()
        result = resolve(self.settings, as_of)
        return result, {row["source_id"]: row for row in self.xref() if row["valid_to"] == FOREVER}

    def xref(self):
        """The rows of the result."""
        return pq.read_table(self.home / "lake" / "identity" / "customer_xref.parquet").to_pylist()

    def _parquet(self, zone, table, day, rows, schema):
        folder = self.home / zone / SOURCES[table] / table / f"business_date={day}"
        folder.mkdir(parents=True, exist_ok=True)
        content = pa.Table.from_pylist(rows, pa.schema(schema))
        pq.write_table(content, folder / f"{table}{day}.parquet")
