"""The answer sheet: what was planted, for tests only.

Nothing in the product reads these files. What does not belong here: anything the exports also say.
"""

import json
from collections import defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq


class Truth:
    """Collects tables block by block and scalars, and writes them at the end."""

    def __init__(self, folder: Path) -> None:
        """Collect for `folder`."""
        self._folder = folder
        self._blocks: dict[str, list[pa.Table]] = defaultdict(list)
        self.scalars: dict[str, object] = {}

    def add(self, table: str, **columns: object) -> None:
        """Append rows to a truth table."""
        self._blocks[table].append(pa.table(columns))

    def clear(self) -> None:
        """Forget everything noted so far."""
        self._blocks.clear()

    def write(self) -> None:
        """Write `truth.json` and one Parquet file per table."""
        self._folder.mkdir(parents=True, exist_ok=True)
        for name, blocks in self._blocks.items():
            pq.write_table(pa.concat_tables(blocks), self._folder / f"{name}.parquet")
        text = json.dumps(
            self.scalars, ensure_ascii=False, indent=1, sort_keys=True, default=_plain
        )
        (self._folder / "truth.json").write_text(text + "\n", encoding="utf-8")


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else list(value)
