"""Writing files so that a reader or a crash never meets half of one.

Everything is written to a temporary name in the same folder, fsynced and renamed. What does not
belong here: what is written, where, or why.
"""

import json
import os
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.faults import fault_point

ROW_GROUP_ROWS = 122_880
"""DuckDB's own row group size; fixed, so that equal tables give equal bytes."""


def commit_file(temporary: Path, path: Path, points: str = "file_written file_renamed") -> None:
    """Make a finished temporary file durable and give it its name.

    `points` names the fault points before and after the moment it counts.
    """
    _sync(temporary)
    _commit(temporary, path, points)


def commit_folder(temporary: Path, path: Path, points: str) -> None:
    """Make a finished temporary folder durable with all that is in it, and give it its name."""
    for found in sorted(temporary.rglob("*"), reverse=True):
        _sync(found)
    _sync(temporary)
    _commit(temporary, path, points)


def sync_folder(folder: Path) -> None:
    """Make renames in a folder durable."""
    _sync(folder)


def _commit(temporary: Path, path: Path, points: str) -> None:
    before, after = points.split()
    fault_point(before)
    temporary.replace(path)
    _sync(path.parent)
    fault_point(after)


def _sync(path: Path) -> None:
    """Bring a file or folder to the disk; fsync does not mind which it is."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def temporary_beside(path: Path) -> Path:
    """A hidden name in the same folder; the folder is made when missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def write_parquet(table: pa.Table, path: Path) -> None:
    """Write a table as Parquet, atomically and with reproducible bytes."""
    write_parquet_parts([table], table.schema, path)


def write_parquet_parts(parts: Iterable[pa.Table], schema: pa.Schema, path: Path) -> int:
    """Write tables one after the other as one Parquet file, atomically; return its rows."""
    rows, temporary = 0, temporary_beside(path)
    with pq.ParquetWriter(temporary, schema, compression="zstd") as writer:
        for part in parts:
            writer.write_table(part, row_group_size=ROW_GROUP_ROWS)
            rows += part.num_rows
    commit_file(temporary, path)
    return rows


def write_json(content: object, path: Path) -> None:
    """Write JSON with sorted keys, atomically."""
    temporary = temporary_beside(path)
    temporary.write_text(json.dumps(content, sort_keys=True, indent=1, ensure_ascii=False) + "\n")
    commit_file(temporary, path)
