"""Decoded text to a typed table `rows` in a worker's DuckDB, with every refused record numbered.

A well-formed file takes one pass of DuckDB's parser with the contract's types, in the file's own
column order, nothing sniffed. If that pass meets anything unusual its result is thrown away and the
file is read again as text, slowly and exactly. What does not belong here: tokens, output files,
file-level checks that come before parsing.
"""

from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import clean, header
from warehouse.columns import event_date, expression, quoted
from warehouse.contract import TableContract
from warehouse.decode import Decoded
from warehouse.sandbox import scrubbed

Refused = tuple[int, str, str]
"""Record number, reason code, column name."""


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
    """Make the table `rows` from one file."""
    for leftover in ("rows", "reject_errors", "reject_scans"):
        con.execute(f"drop table if exists {leftover}")
    if contract.format == "csv":
        names = header.read_csv_header(decoded.path, contract.delimiter)
        found = header.match(contract, names)
        parsed = None if decoded.has_nul else _parse_csv_fast(con, contract, decoded.path, found)
        if parsed is None:
            numbers = clean.clean_csv(decoded.path, work, contract.delimiter, len(names))
            reader = _csv_reader(contract, work, found, typed=False)
            parsed = _parse_text(con, contract, reader, found, numbers)
        return parsed
    return _parse_jsonl(con, contract, decoded, work)


def _parse_csv_fast(
    con: duckdb.DuckDBPyConnection, contract: TableContract, path: Path, found: header.Header
) -> Parsed | None:
    """Read with types; None when anything at all was out of order."""
    try:
        con.execute(_rows(contract, _csv_reader(contract, path, found, True), found, True))
        rejected = con.execute("select count(*) from reject_errors").fetchone()[0]
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.DataError):
        return None
    if rejected or con.execute("select bool_or(_bad) from rows").fetchone()[0]:
        return None
    return _parsed(con, found, [])


def _parse_jsonl(
    con: duckdb.DuckDBPyConnection, contract: TableContract, decoded: Decoded, work: Path
) -> Parsed:
    path, numbers = decoded.path, None
    names = None if decoded.has_nul else _json_names(con, path)
    if names is not None:
        try:
            return _parse_json_text(con, contract, path, names, None)
        except duckdb.Error:
            con.execute("drop table if exists rows")
    numbers = clean.clean_jsonl(path, work)
    with scrubbed():
        return _parse_json_text(con, contract, work, _json_names(con, work) or [], numbers)


def _parse_json_text(con, contract, path, names, numbers) -> Parsed:
    found = header.match(contract, names) if names else header.nothing(contract)
    columns = ", ".join(f"{quoted(name)}: 'varchar'" for name in names)
    renamed = ", ".join(f"c{i}" for i in range(len(names)))
    reader = (
        f"(select * from read_json({quoted(str(path))}, format = 'newline_delimited',"
        f" columns = {{{columns}}}, maximum_object_size = {clean.MAX_RECORD_BYTES})) as t({renamed})"
        if names
        else "(select null where false) as t(c0)"
    )
    return _parse_text(con, contract, reader, found, numbers)


def _json_names(con: duckdb.DuckDBPyConnection, path: Path) -> list[str] | None:
    """All keys used in a file, sorted; None when it is not plain JSON objects line by line."""
    try:
        keys = con.execute(
            f"select distinct json_keys(json) from read_ndjson_objects({quoted(str(path))},"
            f" maximum_object_size = {clean.MAX_RECORD_BYTES})"
        ).fetchall()
    except duckdb.Error:
        return None
    if any(len(set(row[0])) < max(len(row[0]), 1) for row in keys):
        return None
    return sorted({name for row in keys for name in row[0]})


def _csv_reader(contract: TableContract, path: Path, found: header.Header, typed: bool) -> str:
    types = ["varchar"] * len(found.names)
    if typed:
        for column in contract.columns:
            if column.name in found.position:
                types[found.position[column.name]] = expression(
                    column, contract, "x", True
                ).read_type
    columns = ", ".join(f"'c{i}': {quoted(kind)}" for i, kind in enumerate(types))
    return (
        f"read_csv({quoted(str(path))}, auto_detect = false, header = true,"
        f" columns = {{{columns}}}, delim = {quoted(contract.delimiter)}, quote = '\"',"
        f" escape = '\"', strict_mode = true, store_rejects = {'true' if typed else 'false'},"
        f" max_line_size = {clean.MAX_RECORD_BYTES})"
    )


def _expressions(contract: TableContract, found: header.Header, typed: bool):
    return [
        expression(
            column,
            contract,
            f"c{found.position[column.name]}" if column.name in found.position else None,
            typed,
        )
        for column in contract.columns
    ]


def _rows(contract: TableContract, reader: str, found: header.Header, typed: bool) -> str:
    columns = _expressions(contract, found, typed)
    values = "".join(f", {column.value} as {column.name}" for column in columns)
    extras = "".join(f", c{index} as _extra_{index}" for index in found.unknown)
    bad = " or ".join(rule for column in columns for _, rule in column.rules) or "false"
    return (
        f"create temp table rows as select *, {event_date(contract)} as _event_date"
        f" from (select row_number() over () as _record{values}{extras}, {bad} as _bad from {reader})"
    )


def _parse_text(con, contract, reader, found, numbers) -> Parsed:
    """Read everything as text and cast, listing every rule that a record breaks."""
    con.execute(_rows(contract, reader, found, False))
    refused: list[Refused] = []
    if con.execute("select bool_or(_bad) from rows").fetchone()[0]:
        rules = [
            f"case when {rule} then {{'code': {quoted(code)}, 'column': {quoted(column.name)}}} end"
            for column in _expressions(contract, found, False)
            for code, rule in column.rules
        ]
        refused = con.execute(
            f"select _record, reason.code, reason.column from (select _record, unnest(reasons)"
            f" as reason from (select row_number() over () as _record, [{', '.join(rules)}]"
            f" as reasons from {reader})) where reason is not null order by all"
        ).fetchall()
    if numbers and numbers[1]:
        refused = _renumber(con, refused, *numbers)
    return _parsed(con, found, refused, len(numbers[1]) if numbers else 0)


def _renumber(con, refused: list[Refused], kept: list[int], malformed: list[int]) -> list[Refused]:
    """Give rows the record numbers they have in the delivered file."""
    con.register("kept_numbers", pa.table({"at": range(1, len(kept) + 1), "number": kept}))
    con.execute(
        "create or replace temp table rows as select number as _record, rows.* exclude (_record)"
        " from rows join kept_numbers on at = _record order by number"
    )
    con.unregister("kept_numbers")
    moved = [(kept[record - 1], code, column) for record, code, column in refused]
    return sorted(moved + [(record, "RP-1105", "") for record in malformed])


def _parsed(con, found: header.Header, refused: list[Refused], malformed: int = 0) -> Parsed:
    count = con.execute("select count(*) from rows").fetchone()[0]
    extras = {f"_extra_{index}": found.extra_name(index) for index in found.unknown}
    return Parsed(count + malformed, refused, extras, found.absent)
