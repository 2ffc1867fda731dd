"""Loads a well-formed CSV text in one pass, slice by slice, on as many cores as there are.

DuckDB's parser reads each slice with the contract's types, in the file's own column order, nothing
sniffed. Whatever is out of order raises `UnusualError`: nothing that was read then counts, and the
file goes the careful way. What does not belong here: SQL text, tokens, how slices are cut.
"""

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from warehouse.intake import header
from warehouse.intake.decode import text_blocks
from warehouse.intake.key_hashes import KeyHashes
from warehouse.intake.reading import Reading
from warehouse.intake.rows import Batch, RowWriter, part
from warehouse.intake.slices import UnusualError, cut
from warehouse.intake.task import Loaded, Worker, notes

Made = TypeVar("Made")
Item = TypeVar("Item")


def load_fast(worker: Worker) -> Loaded:
    """Load one file in which nothing is wrong; raise `UnusualError` when anything is."""
    task = worker.task
    slices = cut(text_blocks(worker.source, task.contract, worker.work("text")))
    names, rest = header.split(next(slices, b""), task.contract.delimiter)
    reading = Reading(task.contract, header.match(task.contract, names), task.latest)
    reader = SliceReader(worker.con, reading, worker.work("slice"))

    def read_and_part(numbered: tuple[int, bytes]) -> tuple[Slice, Batch]:
        read = reader.read(numbered)
        return read, part(task.contract, worker.keys, task.file_id, reading.extras, read.rows)

    pieces = enumerate(piece for piece in chain([rest], slices) if piece)
    records, days, sentinels = 0, Counter(), Counter()
    with (
        RowWriter(worker.settings, task.contract, task.place) as writer,
        KeyHashes(worker.work("keys")) as keys,
    ):
        for read, batch in in_order(read_and_part, pieces, worker.settings.threads):
            first, records = records + 1, records + len(read.rows)
            writer.write(batch, pa.array(np.arange(first, records + 1)))
            keys.add(read.keys)
            days += batch.days
            sentinels += read.sentinels
        task.check_rows(records)
        if keys.repeat():
            raise UnusualError
    said = notes(task, reading, sentinels)
    return Loaded(records, records, days=dict(days), notes=said)


@dataclass(frozen=True)
class Slice:
    """The records of one slice: rows, sorted hashes of their keys, stand-ins per column."""

    rows: pa.Table
    keys: np.ndarray
    sentinels: Counter[str]


class SliceReader:
    """Reads slices of one file; every thread that calls it gets a cursor of its own."""

    def __init__(self, con: duckdb.DuckDBPyConnection, reading: Reading, work: Path) -> None:
        """Take a connection, what to read, and a path that names work files."""
        self._con, self._reading, self._work = con, reading, work
        self._local = threading.local()
        self._sentinels = reading.sentinel_columns
        self._key = f"hash({', '.join(reading.contract.key)}) as _key"

    def read(self, numbered: tuple[int, bytes]) -> Slice:
        """Parse one slice; raise `UnusualError` when any record breaks any rule."""
        number, text = numbered
        if not hasattr(self._local, "cursor"):
            self._local.cursor = self._con.cursor()
        path = self._work.with_name(f"{self._work.name}.{number}")
        path.write_bytes(text)
        try:
            reader = self._reading.csv(path, typed=True, header=False)
            query = self._reading.rows(reader, True, self._key)
            rows = self._local.cursor.execute(query).to_arrow_table()
        except (duckdb.OutOfMemoryException, duckdb.IOException):
            raise
        except duckdb.Error:
            raise UnusualError from None
        finally:
            path.unlink(missing_ok=True)
        if pc.any(rows["_bad"]).as_py():
            raise UnusualError
        keys = np.sort(rows["_key"].to_numpy())  # a copy: a view would keep every column alive
        return Slice(rows, keys, self._stand_ins(rows["_sentinels"].to_numpy()))

    def _stand_ins(self, bits: np.ndarray) -> Counter[str]:
        """How often each column held a stand-in for "unknown", from a bit per column."""
        if not bits.any():
            return Counter()
        counts = {name: int((bits >> at & 1).sum()) for at, name in enumerate(self._sentinels)}
        return +Counter(counts)


def in_order(make: Callable[[Item], Made], items: Iterable[Item], workers: int) -> Iterator[Made]:
    """Apply a function to items, a few at a time, in their order; one item needs no thread."""
    items = iter(items)
    ahead = list(islice(items, 2))
    if len(ahead) < 2:
        yield from map(make, ahead)
        return
    with ThreadPoolExecutor(max_workers=workers) as pool:
        waiting = deque()
        for item in chain(ahead, items):
            waiting.append(pool.submit(make, item))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
