"""Dates that stand for "unknown": epoch zero on the local clock, 1900-01-01, 9999-12-31.

Systems that cannot leave a field empty write these. They take the place of empty cells, so the
world is unchanged for whoever reads them as empty. What does not belong here: rows that break the
contract (spoil.py).
"""

from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from simulator.layout import Layout
from simulator.randomness import stream
from simulator.truth import Truth

PLACEHOLDERS = {
    ("crm", "complaints"): ("closed_at", "1970/01/01 08:00:00", 0.3),
    ("crm", "customers"): ("birth_date", "1900-01-01", 0.02),
    ("boss", "accounts"): ("closed_date", "9999-12-31", 0.01),
    ("boss", "subscriptions"): ("ended_date", "9999-12-31", 0.01),
}
"""Column, what stands for unknown, and in how many of the empty cells."""


@dataclass(frozen=True)
class Placeholders:
    """Fills some empty cells on their way to a file, and notes how many."""

    seed: int
    truth: Truth

    def __call__(self, batch: pa.Table, layout: Layout, file_name: str, first: int) -> pa.Table:
        """The batch to write; `first` is the number of records already in the file."""
        if (layout.source, layout.table) not in PLACEHOLDERS:
            return batch
        column, text, share = PLACEHOLDERS[layout.source, layout.table]
        rng = stream(self.seed, f"placeholders {file_name} {first}")
        cells = batch[column].cast(pa.string())
        filled = pc.is_null(cells).combine_chunks().to_numpy(zero_copy_only=False)
        filled &= rng.random(batch.num_rows) < share
        if not filled.any():
            return batch
        self.truth.add(
            "placeholders",
            source_name=[layout.source],
            table_name=[layout.table],
            file_name=[file_name],
            column_name=[column],
            record_count=[int(filled.sum())],
        )
        cells = pc.if_else(pa.array(filled), text, cells)
        return batch.set_column(batch.column_names.index(column), column, cells)
