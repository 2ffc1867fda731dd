"""Writes the delivered files: encoding, compression, delivery manifest, temporary name then rename.

Same world, same bytes: gzip headers carry no time, rows keep their order. What does not belong
here: what is in the rows.
"""

import hashlib
import json
import zlib
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from simulator.columns import joined, typed
from simulator.layout import Layout
from simulator.periods import Delivery

BATCH = 250_000
"""Rows turned into text at a time: bounds memory whatever the size of the file."""


Meddler = Callable[[pa.Table, Layout, str, int], pa.Table]
"""Changes a batch on its way to the file: (batch, layout, file name, records already written)."""


class _Sink:
    """A file that compresses on the way and knows the digest of what it wrote."""

    def __init__(self, file: BinaryIO, is_gzipped: bool) -> None:
        self._file = file
        # window bits 31: a gzip container whose header has no name and no time
        self._gzip = zlib.compressobj(1, wbits=31) if is_gzipped else None
        self.digest = hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._put(self._gzip.compress(data) if self._gzip else data)

    def finish(self) -> str:
        if self._gzip:
            self._put(self._gzip.flush())
        return self.digest.hexdigest()

    def _put(self, data: bytes) -> None:
        self.digest.update(data)
        self._file.write(data)


def _csv(batch: pa.Table, encoding: str) -> bytes:
    buffer = pa.BufferOutputStream()
    options = pyarrow.csv.WriteOptions(include_header=False, quoting_style="none")
    pyarrow.csv.write_csv(batch, buffer, options)
    data = buffer.getvalue().to_pybytes()
    return data if encoding == "utf-8" else data.decode("utf-8").encode(encoding)


def _json_lines(batch: pa.Table) -> bytes:
    parts: list[object] = []
    for n, (name, column) in enumerate(zip(batch.column_names, batch.columns, strict=True)):
        quote = '"' if pa.types.is_string(column.type) else ""
        text = column.cast(pa.string()).combine_chunks()
        parts += ["{" if n == 0 else ",", f'"{name}":']
        parts.append(pc.fill_null(joined(quote, text, quote), "null"))
    lines = joined(*parts, "}\n")
    # the text of all lines lies in one buffer, end to end: no row is touched again
    start, end = (int(np.frombuffer(lines.buffers()[1], np.int32)[n]) for n in (0, len(lines)))
    return memoryview(lines.buffers()[2])[start:end]


class Exporter:
    """Writes tables into a landing folder and counts rows and files."""

    def __init__(
        self, landing: Path, layouts: dict[tuple[str, str], Layout], meddlers: Sequence[Meddler]
    ) -> None:
        """Write under `landing` as `layouts` say; meddlers take every batch in turn."""
        self._landing = landing
        self._layouts = layouts
        self._meddlers = meddlers
        self.rows: Counter[str] = Counter()
        self.files: Counter[str] = Counter()

    def write(self, source: str, table: str, delivery: Delivery, columns: dict) -> Path:
        """Write one file of already selected rows; `columns` are keyed by contract name."""
        layout = self._layouts[source, table]
        if set(columns) != {c.name for c in layout.columns}:
            raise ValueError(f"{source}.{table}: columns differ from the contract")
        size, rows = len(columns[layout.columns[0].name]), 0
        folder = self._landing / source / table
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / layout.file_name(delivery.business_date.strftime("%Y%m%d"))
        part = path.with_name(path.name + ".part")
        with part.open("wb") as file:
            sink = _Sink(file, path.suffix == ".gz")
            if layout.format == "csv":
                header = ",".join(c.header for c in layout.columns) + "\n"
                sink.write(header.encode(layout.encoding))
            for first in range(0, size, BATCH):
                batch = pa.table(
                    [
                        typed(c, columns[c.name][first : first + BATCH], source)
                        for c in layout.columns
                    ],
                    names=[c.name for c in layout.columns],
                )
                for meddle in self._meddlers:
                    batch = meddle(batch, layout, path.name, rows)
                rows += batch.num_rows
                is_csv = layout.format == "csv"
                sink.write(_csv(batch, layout.encoding) if is_csv else _json_lines(batch))
            digest = sink.finish()
        part.rename(path)
        if layout.has_manifest:
            part.write_text(json.dumps({"rows": rows, "sha256": digest}) + "\n", encoding="utf-8")
            part.rename(path.with_name(path.name + ".ok"))
        self.rows[f"{source}.{table}"] += rows
        self.files[f"{source}.{table}"] += 1
        return path
