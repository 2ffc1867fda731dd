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

SHARE = 0.0
"""Of the empty cells of the columns below."""
PLACEHOLDERS = {
    ("crm", "complaints"): ("closed_at", "1970/01/01 08:00:00"),
    ("crm", "customers"): ("birth_date", "1900-01-01"),
    ("boss", "accounts"): ("closed_date", "9999-12-31"),
    ("boss", "subscriptions"): ("ended_date", "9999-12-31"),
}


@dataclass(frozen=True)
class Placeholders:
    """Fills some empty cells on their way to a file, and notes how many."""

    seed: int
    truth: Truth

    def __call__(self, batch: pa.Table, layout: Layout, file_name: str, first: int) -> pa.Table:
        """The batch to write; `first` is the number of records already in the file."""
        column, text = PLACEHOLDERS.get((layout.source, layout.table), (None, None))
        if column is None or not SHARE:
            return batch
        rng = stream(self.seed, f"placeholders {file_name} {first}")
        cells = batch[column].cast(pa.string())
        filled = pc.is_null(cells).combine_chunks().to_numpy(zero_copy_only=False)
        filled &= rng.random(batch.num_rows) < SHARE
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
