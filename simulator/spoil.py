"""A known number of rows that break the contract, so that quarantine has something to catch.

Each is a copy of a good row under a new key with one value spoiled, put somewhere in the file; the
world itself is untouched. What does not belong here: broken files (tests make those).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from simulator.columns import joined
from simulator.layout import Layout
from simulator.randomness import stream
from simulator.truth import Truth

SHARE = 0.0005


@dataclass(frozen=True)
class Flaw:
    """One way to spoil a row, with the code intake must answer."""

    column: str
    text: str | None
    reason_code: str


FLAWS = {
    "crm.contacts": (
        Flaw("outcome_code", "perhaps", "RP-1103"),
        Flaw("started_at", "2026/13/45 25:61:00", "RP-1101"),
        Flaw("customer_id", None, "RP-1102"),
    ),
    "boss.payments": (
        Flaw("amount_yuan", "n/a", "RP-1101"),
        Flaw("account_id", None, "RP-1102"),
    ),
    "web.page_views": (Flaw("channel_code", "kiosk", "RP-1103"),),
}


@dataclass(frozen=True)
class Spoiler:
    """Mixes spoiled copies into batches on their way to a file, and notes where they are."""

    seed: int
    truth: Truth

    def __call__(self, batch: pa.Table, layout: Layout, file_name: str, first: int) -> pa.Table:
        """The batch to write; `first` is the number of records already in the file."""
        flaws = FLAWS.get(f"{layout.source}.{layout.table}", ())
        rng = stream(self.seed, f"spoil {file_name} {first}")
        count = int(rng.poisson(batch.num_rows * SHARE)) if flaws else 0
        if not count:
            return batch
        row = np.sort(rng.integers(0, batch.num_rows, count))
        copies = batch.take(pa.array(row))
        turn = int(rng.integers(0, len(flaws)))
        flaw = [flaws[(n + turn) % len(flaws)] for n in range(count)]
        key = batch.column_names[0]
        copies = copies.set_column(0, key, joined(copies[key], "-X"))
        for column in {f.column for f in flaws}:
            where = batch.column_names.index(column)
            texts = copies[column].cast(pa.string()).to_pylist()
            texts = [f.text if f.column == column else t for f, t in zip(flaw, texts, strict=True)]
            copies = copies.set_column(where, column, pa.array(texts, pa.string()))
            batch = batch.set_column(where, column, batch[column].cast(pa.string()))
        order = np.argsort(np.concatenate([np.arange(batch.num_rows), row + 0.5]), kind="stable")
        record = first + 1 + np.flatnonzero(order >= batch.num_rows)
        self.truth.add(
            "bad_rows",
            source_name=pa.array([layout.source] * count),
            table_name=pa.array([layout.table] * count),
            file_name=pa.array([file_name] * count),
            record_number=record,
            column_name=pa.array([f.column for f in flaw]),
            reason_code=pa.array([f.reason_code for f in flaw]),
        )
        return pa.concat_tables([batch, copies]).take(pa.array(order))
