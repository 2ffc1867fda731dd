"""A lake of a few rows, written as intake, identity and audit would leave it.

Rows are given as dictionaries; what they leave out is NULL. The version of a day is the set of
files that hold rows of it, as in production, but readable. What does not belong here: assertions.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.contract import TableContract, load_contracts
from warehouse.deliveries import dq, findings
from warehouse.files import write_parquet
from warehouse.layouts.empty import write_empty
from warehouse.settings import Settings

AS_OF = date(2026, 11, 7)
ACCOUNTING = (
    "source_name varchar, table_name varchar, business_date date, file_id varchar,"
    " file_state varchar, records_in bigint, loaded bigint, quarantined bigint,"
    " deduplicated bigint, superseded bigint, reason_code varchar"
)
OFFERS = "offer_code varchar, family_code varchar, product_id varchar"
HOUSEHOLD = "household_id varchar, customer_key varchar, evidence_code varchar"
CONTACT = (
    "organisation_customer_key varchar, person_customer_key varchar, rule_code varchar,"
    " confidence double"
)
XREF = (
    "source_name varchar, entity varchar, source_id varchar, customer_key varchar,"
    " rule_code varchar, valid_from date, valid_to date, confidence double, first_known_date date,"
    " first_file_id varchar"
)
NAME_QUALITY = (
    "customer_key varchar, source_name varchar, entity varchar, source_id varchar,"
    " rule_code varchar, severity_level integer, observed_token varchar, canonical_token varchar,"
    " edit_distance integer, delivered_date date, is_resolved boolean, resolution_code varchar"
)


class TinyLake:
    """The lake under a RAPPORT_HOME; `deliver`, `withdraw`, then `audit` before dbt runs."""

    def __init__(self, home: Path) -> None:
        """Make valid, empty tables of everything that staging reads."""
        self.settings = Settings(home=home)
        self.contracts = load_contracts()
        self.days: dict[tuple[str, str, date], set[str]] = defaultdict(set)
        self.files: dict[str, tuple[str, str, date, int]] = {}
        self.code = "code"
        for contract in self.contracts.values():
            self._write(contract, date(1900, 1, 1), "empty", [])
        write_empty(self.settings.lake)
        self._table("identity/household", HOUSEHOLD, [])
        self._table("identity/organisation_contact", CONTACT, [])
        self.identify([])
        self._table("identity/name_quality", NAME_QUALITY, [])
        self.audit()

    def deliver(self, name: str, day: date, file_id: str, rows: list[Mapping[str, object]]) -> None:
        """Write one accepted file of `source/table`; each row says its own `_event_date`."""
        source, table = name.split("/")
        contract = self.contracts[source, table]
        self._write(contract, day, file_id, rows)
        self.files[file_id] = (source, table, day, len(rows))
        for row in rows:
            if contract.event:
                self.days[source, table, row["_event_date"]].add(file_id)

    def withdraw(self, file_id: str) -> None:
        """Take a file out of the lake, as when a later delivery replaces it."""
        source, table, day, _ = self.files.pop(file_id)
        (self._folder(source, table, day) / f"{file_id}.parquet").unlink()
        for files in self.days.values():
            files.discard(file_id)

    def identify(self, records: Iterable[tuple[str, str, str, str]]) -> None:
        """Write the cross-reference from (source, entity, source id, customer key)."""
        rows = [
            (*record, "test", date(2026, 1, 1), date(9999, 12, 31), 1.0, date(2026, 1, 1), "file")
            for record in records
        ]
        self._table("identity/customer_xref", XREF, rows)

    def audit(self, as_of: date = AS_OF) -> None:
        """Write what the warehouse is to be built from, seen from a day."""
        days = [(*day, self._version(files)) for day, files in sorted(self.days.items()) if files]
        accounting = [
            (source, table, day, file_id, "accepted", rows, rows, 0, 0, 0, None)
            for file_id, (source, table, day, rows) in sorted(self.files.items())
        ]
        context = "as_of_date date, code_version varchar, key_version varchar"
        events = "source_name varchar, table_name varchar, event_date date, version varchar"
        snapshots = "as_of_date date, is_month_end boolean, version varchar"
        self._table("audit/run_context", context, [(as_of, self.code, "key")])
        self._table("audit/event_days", events, days)
        self._table("audit/snapshots", snapshots, [(as_of, False, "snapshot")])
        days = [(as_of, False, "snapshot", False)]
        self._table("audit/segment_days", f"{snapshots}, is_eve boolean", days)
        self._table("audit/file_accounting", ACCOUNTING, accounting)
        self._table("audit/offers", OFFERS, [])
        for name, columns in dq.SCHEMAS.items():
            table = pa.schema(list(columns.items())).empty_table()
            write_parquet(table, self.settings.lake / "audit" / f"{name}.parquet")
        findings.write(self.settings, [], set())

    def _version(self, files: set[str]) -> str:
        return "+".join([self.code, *sorted(files)])

    def _folder(self, source: str, table: str, day: date) -> Path:
        return self.settings.lake / "raw" / source / table / f"business_date={day}"

    def _write(self, contract: TableContract, day: date, file_id: str, rows: list) -> None:
        columns = contract.lake_columns
        completed = [
            {"_file_id": file_id, "_record": number} | dict(row)
            for number, row in enumerate(rows, start=1)
        ]
        values = [tuple(row.get(name) for name, _ in columns) for row in completed]
        folder = self._folder(contract.source, contract.table, day)
        self._table(
            folder.relative_to(self.settings.lake) / file_id,
            ", ".join(f"{name} {data_type}" for name, data_type in columns),
            values,
        )

    def _table(self, name: str | Path, columns: str, rows: list[tuple]) -> None:
        path = self.settings.lake / f"{name}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect() as con:
            con.execute(f"create table rows ({columns})")
            if rows:
                con.executemany(f"insert into rows values ({', '.join('?' * len(rows[0]))})", rows)
            con.execute(f"copy rows to '{path}' (format parquet)")
