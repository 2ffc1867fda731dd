"""Small aggregates of every file in the lake, made once per file: what monitors compare.

Rows, blanks, spread, typical size and the mix of codes per column, and rows per local day of
events. Large files are judged by a fixed share of their records. Kept in one Parquet file, a cache:
whatever is missing or out of date there is made again. What does not belong here: thresholds.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.contract import Column, TableContract
from warehouse.files import write_parquet
from warehouse.lake import NO_DATE
from warehouse.settings import Settings

SAMPLE_ROWS = 20_000
"""About so many records of a file are looked at; enough to see a share move by a hundredth."""
NUMERIC = ("double", "integer", "bigint", "decimal")


@dataclass(frozen=True)
class FileProfile:
    """One file of the lake."""

    source: str
    table: str
    business_date: date
    file_id: str
    rows: int
    columns: dict[str, "ColumnProfile"] = field(default_factory=dict)
    days: dict[date, int] = field(default_factory=dict)
    """Rows per local day of events; empty where the table has none."""


@dataclass(frozen=True)
class ColumnProfile:
    """One column of one file, over the records looked at."""

    records: int
    filled: int
    distinct: int = 0
    """About how many values there are; 0 where that is not asked."""
    sized: int = 0
    """Numbers other than zero."""
    typical: float = 0.0
    """Median of their sizes, signs left out."""
    counts: dict[str, int] = field(default_factory=dict)
    """Records per code."""


def update(
    settings: Settings, contracts: Mapping[tuple[str, str], TableContract]
) -> list[FileProfile]:
    """Profile what is new in the lake and return all profiles, by table and date."""
    kept = {(row["path"], row["stamp"]): row for row in _read(settings)}
    rows = []
    with duckdb.connect() as con:
        con.execute(f"set threads = {settings.threads}")
        con.execute(f"set memory_limit = '{settings.memory_limit}'")
        for contract in contracts.values():
            found = dict(_files(settings, contract))
            fresh = [path for path, stamp in found.items() if (path, stamp) not in kept]
            made = dict(_measure(con, settings, contract, fresh)) if fresh else {}
            for path, stamp in found.items():
                row = kept.get((path, stamp)) or {"path": path, "stamp": stamp, **made[path]}
                rows.append(row)
    if rows != list(kept.values()):
        write_parquet(pa.Table.from_pylist(rows, schema=_SCHEMA), _path(settings))
    return [_profile(row) for row in rows]


_SCHEMA = pa.schema(
    [
        ("path", pa.string()),
        ("stamp", pa.string()),
        ("rows", pa.int64()),
        ("columns", pa.string()),
        ("days", pa.string()),
    ]
)


def _path(settings: Settings) -> Path:
    return settings.lake / "profiles" / "files.parquet"


def _read(settings: Settings) -> list[dict]:
    """What is kept; nothing when that cannot be read, for it can be made again."""
    try:
        return pq.read_table(_path(settings), schema=_SCHEMA).to_pylist()
    except (OSError, pa.ArrowInvalid):
        return []


def _files(settings: Settings, contract: TableContract) -> Iterator[tuple[str, str]]:
    """The lake files of a table, and by what a change of one is noticed."""
    root = settings.lake / "raw"
    for path in sorted((root / contract.source / contract.table).glob("*/*.parquet")):
        if path.parent.name != f"business_date={NO_DATE}" and not path.name.startswith("."):
            seen = path.stat()
            yield str(path.relative_to(root)), f"{seen.st_size}-{seen.st_mtime_ns}"


def _measure(
    con: duckdb.DuckDBPyConnection, settings: Settings, contract: TableContract, paths: list[str]
) -> Iterator[tuple[str, dict]]:
    """Aggregates of some files of one table, in two scans over all of them."""
    root = settings.lake / "raw"
    rows = {str(root / path): pq.read_metadata(root / path).num_rows for path in paths}
    by_step = defaultdict(list)
    for name, count in rows.items():
        by_step[_step(count)].append(name)
    columns = [column for column in contract.columns if column.lake_name not in contract.key]
    asked = ", ".join(text for column in columns for text in _aggregates(column)) or "null"
    measured = {}
    for step, names in by_step.items():
        query = f"""
            select filename, count(*), {asked} from read_parquet({names}, filename = true)
            where hash(_record) % {step} = 0 group by filename
        """
        measured |= {name: values for name, *values in con.execute(query).fetchall()}
    days: dict[str, dict[str, int]] = {name: {} for name in rows}
    if contract.event:
        query = f"""
            select filename, _event_date, count(*) from read_parquet({list(rows)}, filename = true)
            where _event_date is not null group by all order by all
        """
        for name, day, count in con.execute(query).fetchall():
            days[name][day.isoformat()] = count
    for path, name in zip(paths, rows, strict=True):
        found = dict(_columns(columns, measured[name])) if name in measured else {}
        written = {"columns": json.dumps(found, sort_keys=True), "days": json.dumps(days[name])}
        yield path, {"rows": rows[name], **written}


def _step(rows: int) -> int:
    """Every how-manieth record is looked at: powers of two, so that files share their scans."""
    return 1 << max(0, (rows // SAMPLE_ROWS).bit_length() - 1)


def _aggregates(column: Column) -> tuple[str, ...]:
    """Filled, then what else is asked of a column by its kind; always three columns more."""
    name = column.lake_name
    size = f"abs({name}::double)" if _is_number(column) else "null::double"
    is_code = _is_code(column)
    return (
        f"count({name})",
        f"approx_count_distinct({name})" if _is_text(column) else "0",
        f"count(*) filter ({size} > 0), median({size}) filter ({size} > 0)",
        f"histogram({name}::varchar)" if is_code else "null",
    )


def _columns(columns: Iterable[Column], values: list) -> Iterator[tuple[str, dict]]:
    records, *rest = values
    for number, column in enumerate(columns):
        filled, distinct, sized, typical, counts = rest[5 * number : 5 * number + 5]
        yield (
            column.lake_name,
            {
                "records": records,
                "filled": filled,
                "distinct": distinct,
                "sized": sized,
                "typical": typical or 0.0,
                "counts": counts or {},
            },
        )


def _is_code(column: Column) -> bool:
    is_text = column.data_type == "varchar" and column.name.endswith("_code")
    return column.pii in ("none", "sensitive") and (is_text or column.data_type == "boolean")


def _is_text(column: Column) -> bool:
    return column.lake_type == "varchar" and not _is_code(column)


def _is_number(column: Column) -> bool:
    return column.lake_type.startswith(NUMERIC)


def _profile(row: Mapping) -> FileProfile:
    source, table, folder, name = row["path"].split("/")
    columns = {c: ColumnProfile(**kept) for c, kept in json.loads(row["columns"]).items()}
    days = {date.fromisoformat(day): count for day, count in json.loads(row["days"]).items()}
    day = date.fromisoformat(folder.partition("=")[2])
    stem = name.removesuffix(".parquet")
    return FileProfile(source, table, day, stem, row["rows"], columns, days)
