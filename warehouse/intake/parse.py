"""The careful way through a file: every record read as text, judged and numbered one by one.

JSON lines always come here, CSV files when the fast way met something unusual. Leaves two tables in
the worker's DuckDB: `rows` with every well-formed record, `refused` with every reason to refuse
one. What does not belong here: SQL text, tokens, output files.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.contract import TableContract
from warehouse.intake import clean, header
from warehouse.intake.clean import MAX_RECORD_BYTES, Numbers
from warehouse.intake.decode import Decoded
from warehouse.intake.reading import Reading, json_keys


@dataclass
class Parsed:
    """What one file held; refused records are in `rows` too, where they are well formed."""

    records_in: int
    reading: Reading
    sentinels: Counter[str]


def parse(
    con: duckdb.DuckDBPyConnection,
    contract: TableContract,
    decoded: Decoded,
    work: Path,
    latest: date,
) -> Parsed:
    """Make `rows` and `refused` from one file; `work` is a path for a clean copy."""
    numbers: Numbers | None = None
    path, names = decoded.path, None
    if contract.format != "jsonl":
        names = header.read_csv_header(decoded.path, contract.delimiter)
        header.match(contract, names)
        numbers, path = clean.clean_csv(decoded.path, work, contract.delimiter, len(names)), work
    elif decoded.has_nul or (names := _json_names(con, decoded.path)) is None:
        numbers, path = clean.clean_jsonl(decoded.path, work), work
        names = _json_names(con, work) or []
    found = header.match(contract, names) if names else header.nothing(contract)
    reading = Reading(contract, found, latest)
    reader = reading.json(path) if contract.format == "jsonl" else reading.csv(path, typed=False)
    _judge(con, reading, reader)
    malformed = 0
    if numbers and len(numbers[1]):
        malformed = len(numbers[1])
        _renumber(con, *numbers)
    count = con.execute("select count(*) from rows").fetchone()[0]
    return Parsed(count + malformed, reading, _sentinels(con, reading))


def _json_names(con: duckdb.DuckDBPyConnection, path: Path) -> list[str] | None:
    """All keys used in a file, sorted; None when a line is no plain JSON object, or endless."""
    try:
        keys = con.execute(json_keys(path)).fetchall()
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error:
        return None
    if any(len(set(row[0])) < max(len(row[0]), 1) or row[1] > MAX_RECORD_BYTES for row in keys):
        return None
    return sorted({name for row in keys for name in row[0]})


def _judge(con: duckdb.DuckDBPyConnection, reading: Reading, reader: str) -> None:
    """Read everything as text and cast, listing every rule that a record breaks."""
    for table in ("rows", "refused"):
        con.execute(f"drop table if exists {table} cascade")
    con.execute(
        "create temp table rows as select row_number() over () as _record, *"
        f" from ({reading.rows(reader, typed=False)})"
    )
    con.execute("create temp table refused (record bigint, code varchar, name varchar)")
    if con.execute("select bool_or(_bad) from rows").fetchone()[0]:
        bad = "select _record from rows where _bad"
        con.execute(f"insert into refused {reading.broken_rules(reader, bad)}")


def _renumber(con: duckdb.DuckDBPyConnection, kept: pa.Array, malformed: pa.Array) -> None:
    """Give rows the record numbers they have in the delivered file."""
    places = pa.array(range(1, len(kept) + 1), pa.int64())
    con.register("kept_numbers", pa.table({"place": places, "number": kept}))
    con.register("malformed", pa.table({"record": malformed}))
    con.execute(
        "create or replace temp table rows as select number as _record, r.* exclude (_record)"
        " from rows as r join kept_numbers on place = r._record order by number"
    )
    con.execute(
        "create or replace temp table refused as select number as record, code, name"
        " from refused join kept_numbers on place = record"
        " union all select record, 'RP-1105', '' from malformed"
    )
    con.unregister("kept_numbers")
    con.unregister("malformed")


def _sentinels(con: duckdb.DuckDBPyConnection, reading: Reading) -> Counter[str]:
    """How often each column held a stand-in for "unknown"."""
    columns = reading.sentinel_columns
    counts = [f"count_if(_sentinels & {1 << at} > 0)" for at in range(len(columns))]
    if not counts:
        return Counter()
    found = con.execute(f"select {', '.join(counts)} from rows").fetchone()
    return Counter({name: count for name, count in zip(columns, found, strict=True) if count})
