"""Where a file's rows lie in lake, vault and quarantine, and what is rubbish there.

The ledger decides what should exist; `reconcile` makes the folders agree, which is how a killed
intake is undone and a lost lake is found out. What does not belong here: reading deliveries.
"""

import os
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract import TableContract
from warehouse.faults import fault_point
from warehouse.files import ROW_GROUP_ROWS, commit_file, temporary_beside, write_parquet
from warehouse.ledger.files import FileRecord
from warehouse.literals import quoted
from warehouse.sandbox import scrubbed
from warehouse.settings import Settings
from warehouse.store import private_folder

NO_DATE = date(1900, 1, 1)
_ARROW = {
    "varchar": pa.string(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "double": pa.float64(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
}


def roots(settings: Settings) -> dict[str, Path]:
    """The three folders that hold rows of delivered files."""
    return {
        "raw": settings.lake / "raw",
        "quarantine": settings.lake / "quarantine",
        "vault": settings.vault,
    }


def path_in(root: Path, source: str, table: str, day: date, stem: str) -> Path:
    """The path of one file's rows below one of the roots."""
    return root / source / table / f"business_date={day.isoformat()}" / f"{stem}.parquet"


def paths_of(
    settings: Settings, file: FileRecord, contracts: Mapping[tuple[str, str], TableContract]
) -> set[Path]:
    """Every path that must exist for a ledger row in its present state."""
    if file.business_date is None or file.state not in ("loaded", "quarantined"):
        return set()
    zones = {"quarantine"} if file.quarantined else set()
    if file.state == "loaded":
        contract = contracts.get((file.source, file.table))
        zones |= {"raw", "vault"} if contract and contract.direct_columns else {"raw"}
    return {
        path_in(roots(settings)[zone], file.source, file.table, file.business_date, file.file_id)
        for zone in zones
    }


def prepare(settings: Settings, contracts: Iterable[TableContract]) -> None:
    """Make the zones, and for every table an empty typed file that keeps its glob valid."""
    private_folder(settings.vault)
    for contract in contracts:
        path = path_in(roots(settings)["raw"], contract.source, contract.table, NO_DATE, "empty")
        schema = lake_schema(contract)
        if not path.exists() or not pq.read_schema(path).equals(schema):
            write_parquet(schema.empty_table(), path)


def lake_schema(contract: TableContract) -> pa.Schema:
    """Columns of a table's files in the lake, as Parquet holds them."""
    return pa.schema([(name, _arrow(kind)) for name, kind in contract.lake_columns])


def write_query(con: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Write a query's rows as Parquet, atomically; the same rows give the same bytes."""
    temporary = temporary_beside(path)
    with scrubbed():
        con.execute(
            f"copy ({query}) to {quoted(str(temporary))}"
            f" (format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS})"
        )
    commit_file(temporary, path)


def reconcile(
    settings: Settings,
    files: Iterable[FileRecord],
    contracts: Mapping[tuple[str, str], TableContract],
) -> list[FileRecord]:
    """Remove what belongs to no ledger row; return the loaded files whose rows are missing."""
    expected: set[Path] = set()
    missing = []
    present = {path for root in roots(settings).values() for path in _below(root)}
    for file in files:
        wanted = paths_of(settings, file, contracts)
        expected |= wanted
        if wanted - present:
            missing.append(file)
    for path in sorted(present - expected):
        if path.name != "empty.parquet":
            path.unlink(missing_ok=True)
            fault_point("lake_removed")
    return missing


def remove(paths: Iterable[Path]) -> None:
    """Remove rows that are no longer anyone's."""
    for path in sorted(paths):
        path.unlink(missing_ok=True)
        fault_point("lake_removed")


def _below(root: Path) -> Iterable[Path]:
    for folder, _, names in os.walk(root):
        yield from (Path(folder, name) for name in names)


def _arrow(kind: str) -> pa.DataType:
    if kind.startswith("decimal"):
        width, places = kind[8:-1].split(",")
        return pa.decimal128(int(width), int(places))
    return _ARROW[kind]
