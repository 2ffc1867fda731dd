"""Decoded text to a typed table `rows` in a worker's DuckDB, with every refused record numbered.

A well-formed CSV file takes one pass of DuckDB's parser with the contract's types, in the file's
own column order, nothing sniffed. If that pass meets anything unusual its result is thrown away and
the file is read again as text, slowly and exactly. What does not belong here: SQL text, tokens,
output files.
"""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import clean, header, reading
from warehouse.contract import TableContract
from warehouse.decode import Decoded
from warehouse.header import Header

Refused = tuple[int, str, str]
"""Record number, reason code, column name."""
Numbers = tuple[list[int], list[int]]
"""Numbers of the records kept by a clean copy, and of the malformed ones."""


@dataclass
class Parsed:
    """What one file held. Good and refused rows are both in `rows`, refused ones also listed."""

    records_in: int
    refused: list[Refused] = field(default_factory=list)
    extras: dict[str, str] = field(default_factory=dict)
    """Unknown columns: column of `rows` -> name in the file."""
    absent: tuple[str, ...] = ()


def parse(
    con: duckdb.DuckDBPyConnection, contract: TableContract, decoded: Decoded, work: Path
) -> Parsed:
    """Make the table `rows` from one file; `work` is a path for a clean copy."""
    for leftover in ("rows", "reject_errors", "reject_scans"):
        con.execute(f"drop table if exists {leftover}")
    if contract.format == "csv":
        return _parse_csv(con, contract, decoded, work)
    return _parse_jsonl(con, contract, decoded, work)


def _parse_csv(
    con: duckdb.DuckDBPyConnection, contract: TableContract, decoded: Decoded, work: Path
) -> Parsed:
    names = header.read_csv_header(decoded.path, contract.delimiter)
    found = header.match(contract, names)
    if not decoded.has_nul and _csv_is_good(con, contract, decoded.path, found):
        return _parsed(con, found, [])
    con.execute("drop table if exists rows")
    numbers = clean.clean_csv(decoded.path, work, contract.delimiter, len(names))
    reader = reading.csv_reader(contract, work, found, typed=False)
    return _parse_text(con, contract, reader, found, numbers)


def _csv_is_good(
    con: duckdb.DuckDBPyConnection, contract: TableContract, path: Path, found: Header
) -> bool:
    """Read with types in one pass; False when anything at all was out of order."""
    reader = reading.csv_reader(contract, path, found, typed=True)
    try:
        con.execute(reading.make_rows(contract, reader, found, typed=True))
        rejected = con.execute("select count(*) from reject_errors").fetchone()[0]
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        return False
    return not rejected and not _has_bad(con)


def _parse_jsonl(
    con: duckdb.DuckDBPyConnection, contract: TableContract, decoded: Decoded, work: Path
) -> Parsed:
    names = None if decoded.has_nul else _json_names(con, decoded.path)
    if names is not None:
        return _parse_json_text(con, contract, decoded.path, names, None)
    numbers = clean.clean_jsonl(decoded.path, work)
    return _parse_json_text(con, contract, work, _json_names(con, work) or [], numbers)


def _parse_json_text(
    con: duckdb.DuckDBPyConnection,
    contract: TableContract,
    path: Path,
    names: list[str],
    numbers: Numbers | None,
) -> Parsed:
    found = header.match(contract, names) if names else header.nothing(contract)
    return _parse_text(con, contract, reading.json_reader(path, names), found, numbers)


def _json_names(con: duckdb.DuckDBPyConnection, path: Path) -> list[str] | None:
    """All keys used in a file, sorted; None when it is not plain JSON objects line by line."""
    try:
        keys = con.execute(reading.json_keys(path)).fetchall()
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        return None
    if any(len(set(row[0])) < max(len(row[0]), 1) for row in keys):
        return None
    return sorted({name for row in keys for name in row[0]})


def _parse_text(
    con: duckdb.DuckDBPyConnection,
    contract: TableContract,
    reader: str,
    found: Header,
    numbers: Numbers | None,
) -> Parsed:
    """Read everything as text and cast, listing every rule that a record breaks."""
    con.execute(reading.make_rows(contract, reader, found, typed=False))
    refused: list[Refused] = []
    if _has_bad(con):
        refused = con.execute(reading.broken_rules(contract, reader, found)).fetchall()
    malformed = numbers[1] if numbers else []
    if malformed:
        refused = _renumber(con, refused, *numbers)
    return _parsed(con, found, refused, len(malformed))


def _renumber(
    con: duckdb.DuckDBPyConnection, refused: list[Refused], kept: list[int], malformed: list[int]
) -> list[Refused]:
    """Give rows the record numbers they have in the delivered file."""
    place = pa.array(range(1, len(kept) + 1), pa.int64())
    con.register("kept_numbers", pa.table({"place": place, "number": pa.array(kept, pa.int64())}))
    con.execute(
        "create or replace temp table rows as select number as _record, r.* exclude (_record)"
        " from rows as r join kept_numbers on place = r._record order by number"
    )
    con.unregister("kept_numbers")
    moved = [(kept[record - 1], code, column) for record, code, column in refused]
    return sorted(moved + [(record, "RP-1105", "") for record in malformed])


def _has_bad(con: duckdb.DuckDBPyConnection) -> bool:
    return bool(con.execute("select bool_or(_bad) from rows").fetchone()[0])


def _parsed(
    con: duckdb.DuckDBPyConnection, found: Header, refused: list[Refused], malformed: int = 0
) -> Parsed:
    count = con.execute("select count(*) from rows").fetchone()[0]
    extras = {f"_extra_{index}": found.extra_name(index) for index in found.unknown}
    return Parsed(count + malformed, refused, extras, found.absent)
