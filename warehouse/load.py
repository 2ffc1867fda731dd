"""One stored file to good rows, identifiers and refused records, each to its own zone.

Runs in a worker and touches neither landing nor ledger: nothing it writes counts until the ledger
says so. Raises `RapportError` with a 10xx code when the whole file must be refused. What does not
belong here: which file, in which order, instead of which other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.contract import TableContract
from warehouse.decode import Decoded, decode
from warehouse.duplicates import settle_duplicates
from warehouse.errors import RapportError
from warehouse.landing import Manifest
from warehouse.parse import Parsed, parse
from warehouse.pseudonym import Pseudonyms
from warehouse.rows import write_quarantine, write_rows
from warehouse.sandbox import scrubbed, work_folder
from warehouse.settings import Settings
from warehouse.store import stored

FEW_RECORDS = 5
"""So many bad records never refuse a file, however small it is."""


@dataclass(frozen=True)
class Task:
    """A stored file to be loaded."""

    contract: TableContract
    business_date: date
    file_id: str
    sha256: str
    manifest: Manifest | None = None


@dataclass
class Loaded:
    """What became of a file's records; `refusal` when the file was refused as a whole."""

    records_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    deduplicated: int = 0
    days: dict[date, int] = field(default_factory=dict)
    notes: list[tuple[str, dict]] = field(default_factory=list)
    refusal: RapportError | None = None


def load(
    con: duckdb.DuckDBPyConnection, settings: Settings, keys: Pseudonyms, task: Task
) -> Loaded:
    """Load one file with one worker's connection."""
    source = stored(settings, task.sha256)
    with _work_files(settings, task.file_id) as (text, cleaned):
        try:
            with scrubbed():
                parsed = parse(con, task.contract, _decoded(source, task, text), cleaned)
                _check_rows(task, parsed)
                return _split(con, settings, keys, task, parsed)
        except RapportError as error:
            if not error.code.startswith("RP-1"):
                raise
            return Loaded(refusal=error)
        finally:
            con.execute("drop table if exists rows cascade")


@contextmanager
def _work_files(settings: Settings, stem: str) -> Iterator[tuple[Path, Path]]:
    paths = tuple(work_folder(settings) / f"{stem}.{kind}" for kind in ("text", "clean"))
    try:
        yield paths
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _decoded(source: Path, task: Task, text: Path) -> Decoded:
    """Decode, and hold the bytes to the manifest; a cut file is called cut, not different."""
    announced = task.manifest.sha256 if task.manifest else task.sha256
    try:
        decoded = decode(source, task.contract, text)
    except RapportError as error:
        if announced == task.sha256 or error.code in ("RP-1004", "RP-1005", "RP-1006"):
            raise
        raise RapportError("RP-1010", problem="sha256_differs") from None
    if announced != task.sha256:
        raise RapportError(
            "RP-1010",
            problem="sha256_differs",
            expected_rows=task.manifest.rows,
            got_lines=decoded.lines,
        )
    return decoded


def _check_rows(task: Task, parsed: Parsed) -> None:
    if task.manifest and task.manifest.rows != parsed.records_in:
        expected, got = task.manifest.rows, parsed.records_in
        raise RapportError("RP-1010", expected_rows=expected, got_rows=got)
    if task.contract.delivery == "full" and parsed.records_in == 0:
        raise RapportError("RP-1006", problem="full_extract_without_rows")


def _split(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    keys: Pseudonyms,
    task: Task,
    parsed: Parsed,
) -> Loaded:
    """Part good from refused and repeated records, and write each where it belongs."""
    place = (task.contract.source, task.contract.table, task.business_date, task.file_id)
    refused = list(parsed.refused)
    _good(con, [record for record, _, _ in refused])
    dropped, contradicting = settle_duplicates(con, task.contract)
    refused += [(record, "RP-1104", ",".join(task.contract.key)) for record in contradicting]
    numbers = {record for record, _, _ in refused}
    _good(con, [*numbers, *dropped])
    if refused:
        write_quarantine(con, settings, place, sorted(refused))
    limit = task.contract.quarantine_limit_share * parsed.records_in
    if len(numbers) > max(limit, FEW_RECORDS):
        error = RapportError("RP-1016", records=parsed.records_in, bad_records=len(numbers))
        return Loaded(parsed.records_in, quarantined=parsed.records_in, refusal=error)
    write_rows(con, settings, keys, task.contract, place, parsed)
    days = con.execute(
        "select _event_date, count(*) from good where _event_date is not null group by 1"
    ).fetchall()
    return Loaded(
        parsed.records_in,
        parsed.records_in - len(numbers) - len(dropped),
        len(numbers),
        len(dropped),
        dict(days),
        _notes(parsed),
    )


def _good(con: duckdb.DuckDBPyConnection, without: list[int]) -> None:
    """Make the view `good`: all rows but some."""
    if not without:
        con.execute("create or replace temp view good as select * from rows")
        return
    con.register("without_arrow", pa.table({"_record": pa.array(without, pa.int64())}))
    con.execute("create or replace temp table without_records as from without_arrow")
    con.unregister("without_arrow")
    con.execute(
        "create or replace temp view good as"
        " select * from rows anti join without_records using (_record)"
    )


def _notes(parsed: Parsed) -> list[tuple[str, dict]]:
    notes = []
    if parsed.extras:
        notes.append(("unknown_column", {"code": "RP-1011", "columns": len(parsed.extras)}))
    if parsed.absent:
        notes.append(("optional_column_absent", {"columns": list(parsed.absent)}))
    return notes
