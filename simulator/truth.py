"""The answer sheet: what was planted, for tests only.

Nothing in the product reads these files. What does not belong here: anything the exports also say.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROWS_HELD = 500_000
"""Rows of a table kept in memory before they are written."""


class Truth:
    """Collects tables block by block and scalars; what is bulky goes to disk on the way."""

    def __init__(self, folder: Path) -> None:
        """Collect for `folder`."""
        self._folder = folder
        self._blocks: dict[str, list[pa.Table]] = defaultdict(list)
        self._writers: dict[str, pq.ParquetWriter] = {}
        self.scalars: dict[str, object] = {}

    def add(self, table: str, **columns: object) -> None:
        """Append rows to a truth table."""
        blocks = self._blocks[table]
        blocks.append(pa.table(columns))
        if sum(block.num_rows for block in blocks) >= ROWS_HELD:
            self._flush(table)

    def forget(self) -> None:
        """Begin anew, on disk as well."""
        for table, writer in self._writers.items():
            writer.close()
            self._path(table).unlink()
        self._writers.clear()
        self._blocks.clear()

    def write(self) -> None:
        """Write `truth.json` and finish one Parquet file per table."""
        for name in list(self._blocks):
            self._flush(name)
            self._writers[name].close()
        text = json.dumps(
            self.scalars, ensure_ascii=False, indent=1, sort_keys=True, default=_plain
        )
        (self._folder / "truth.json").write_text(text + "\n", encoding="utf-8")

    def _flush(self, name: str) -> None:
        found = pa.concat_tables(self._blocks[name])
        if name not in self._writers:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._writers[name] = pq.ParquetWriter(self._path(name), found.schema)
        self._writers[name].write_table(found)
        self._blocks[name] = [found.slice(0, 0)]

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.parquet"


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else list(value)
