"""Weights and prior from unlabelled records, by expectation and maximisation.

How often strangers agree (u) is counted on pairs drawn without regard to their values; how often
matches agree (m) is what explains the pairs that share a block best. Used offline, to find and to
justify the weights a description then holds. What does not belong here: labels.
"""

from dataclasses import replace

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.linkage.description import Description
from warehouse.linkage.scoring import PREPARED, prepare, score

RANDOM_PAIRS = 200_000
"""Enough to see an agreement that one pair of strangers in 100,000 has."""
ROUNDS = 200
SMALLEST_CHANGE = 1e-6
LEAST_SHARE = 1e-6
"""No level is impossible: one unforeseen value must not outweigh everything else."""

Weights = dict[str, dict[str, tuple[float, float]]]


def estimate(
    con: duckdb.DuckDBPyConnection, records: pa.Table, description: Description
) -> Description:
    """The description with weights and prior that fit these records."""
    prepare(con, records, description)
    bucket_size = max(2, 2 * RANDOM_PAIRS // len(records))
    buckets = max(1, len(records) // bucket_size)
    con.execute(
        f"create or replace temp table {PREPARED} as"
        f" select *, position * 2654435761 % 4294967296 % {buckets} as bucket from {PREPARED}"
    )
    strangers, stranger_pairs = _patterns(
        con, description, ["l.bucket = r.bucket and l.cluster <> r.cluster"]
    )
    blocked, blocked_pairs = _patterns(con, description, None)
    sizes = [len(item.levels) for item in description.comparisons]
    u = [_shares(strangers[:, column], stranger_pairs, size) for column, size in enumerate(sizes)]
    m, matches = _maximise(blocked, blocked_pairs, u, _never(description, blocked))
    weights = {
        item.name: {
            level.code: (float(m[column][-1 - place]), float(u[column][-1 - place]))
            for place, level in enumerate(item.levels)
        }
        for column, item in enumerate(description.comparisons)
    }
    possible = _possible_pairs(records, description)
    return replace(description.weighted(weights), prior=max(matches, 1.0) / possible)


def _possible_pairs(records: pa.Table, description: Description) -> float:
    """How many pairs could be one person: all, or those across files."""
    if description.across:
        counted = records[description.across].value_counts()
        sizes = counted.field("counts").to_pylist()
        return (sum(sizes) ** 2 - sum(size**2 for size in sizes)) / 2
    return len(records) * (len(records) - 1) / 2


def _patterns(
    con: duckdb.DuckDBPyConnection, description: Description, blocks: list[str] | None
) -> tuple[np.ndarray, np.ndarray]:
    """The different rows of levels, shape (patterns, comparisons), and how many pairs show each."""
    scored = score(con, description, blocks)
    columns = ", ".join(f"gamma_{item.name}" for item in description.comparisons)
    found = con.sql(
        f"select {columns}, count(*) as pairs from {scored} group by all order by all"
    ).fetchnumpy()
    pairs = np.asarray(found.pop("pairs"), dtype=float)
    return np.column_stack([np.asarray(values) for values in found.values()]), pairs


def _shares(levels: np.ndarray, pairs: np.ndarray, size: int) -> np.ndarray:
    """Share of each level among the pairs that can be compared; level -1 is a missing value."""
    present = levels >= 0
    counts = np.bincount(levels[present], weights=pairs[present], minlength=size)
    return np.maximum(counts / max(counts.sum(), 1.0), LEAST_SHARE)


def _never(description: Description, levels: np.ndarray) -> np.ndarray:
    """Which patterns mean two people for certain; families would pass for matches else."""
    place = {item.name: column for column, item in enumerate(description.comparisons)}
    codes = {
        item.name: [level.code for level in reversed(item.levels)]
        for item in description.comparisons
    }
    never = np.zeros(len(levels), dtype=bool)
    for together in description.never:
        met = [
            np.isin(levels[:, place[name]], [codes[name].index(code) for code in wanted])
            for name, wanted in together.items()
        ]
        never |= np.logical_and.reduce(met)
    return never


def _maximise(
    levels: np.ndarray, pairs: np.ndarray, u: list[np.ndarray], never: np.ndarray
) -> tuple[list[np.ndarray], float]:
    """Levels among matches, and the number of matches, that explain the blocked pairs."""
    m = [np.linspace(0.1, 1.0, len(share)) / np.linspace(0.1, 1.0, len(share)).sum() for share in u]
    strangers = [share.copy() for share in u]
    share = 0.1
    for _ in range(ROUNDS):
        odds = np.full(len(pairs), np.log(share / (1 - share)))
        for column, (of_match, of_stranger) in enumerate(zip(m, strangers, strict=True)):
            present = levels[:, column] >= 0
            level = levels[present, column]
            odds[present] += np.log(of_match[level] / of_stranger[level])
        probable = np.where(never, 0.0, 1 / (1 + np.exp(-odds)))
        before = share
        share = float((probable * pairs).sum() / pairs.sum())
        for column, known in enumerate(u):
            m[column] = _shares(levels[:, column], pairs * probable, len(known))
            strangers[column] = _shares(levels[:, column], pairs * (1 - probable), len(known))
        if abs(share - before) < SMALLEST_CHANGE:
            break
    return m, share * float(pairs.sum())
