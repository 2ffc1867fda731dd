"""Which scored pairs become links: enough evidence, nothing against it, the surest pair first.

A link needs a probability above the threshold and independent agreements of at least the number the
description asks for. Links are taken from the surest down, and one is refused when the two clusters
it would join hold values that two people cannot share (two documents). The result depends on the
records alone, not on their order in memory. What does not belong here: how pairs are scored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from warehouse.linkage.description import Comparison, Description
from warehouse.linkage.scoring import has_pairs, prepare, score

PLACES = 6
"""Digits of a probability that are kept, so that it is equal on every machine."""


@dataclass(frozen=True)
class Link:
    """Two records, by position, that are one person, and why."""

    low: int
    high: int
    evidence: str
    confidence: float


def link(con: duckdb.DuckDBPyConnection, records: pa.Table, description: Description) -> list[Link]:
    """Link records of different clusters.

    Args:
        con: A connection in memory that may see what the records hold.
        records: `position` (oldest first), `cluster` (joined for certain already) and the columns
            of all roles.
        description: Roles, weights and limits.
    """
    if len(records) < 2:
        return []
    prepare(con, records, description)
    if not has_pairs(con, description):
        return []
    return acceptable(records, candidates(con, description), description)


def candidates(con: duckdb.DuckDBPyConnection, description: Description) -> list[Link]:
    """Pairs of prepared records with the probability and the evidence of a link, surest first."""
    scored = score(con, description)
    groups = dict.fromkeys(item.evidence for item in description.comparisons)
    agreeing = {
        group: " or ".join(
            _at(item, item.agrees) for item in description.comparisons if item.evidence == group
        )
        for group in groups
    }
    listed = ", ".join(f"case when {when} then '{group}' end" for group, when in agreeing.items())
    counted = " + ".join(f"cast({when} as integer)" for when in agreeing.values())
    named = {item.name: item for item in description.comparisons}
    against = [
        " and ".join(_at(named[name], levels) for name, levels in together.items())
        for together in description.never
    ]
    rows = con.sql(
        f"""
        select
            least(position_l, position_r) as low,
            greatest(position_l, position_r) as high,
            concat_ws('+', {listed}) as evidence,
            round(match_probability, {PLACES}) as confidence
        from {scored}
        where round(match_probability, {PLACES}) >= {description.threshold}
            and {counted} >= {description.minimum_evidence}
            and not ({" or ".join(f"({when})" for when in against) or "false"})
        order by confidence desc, match_weight desc, low, high
        """
    ).fetchall()
    con.execute(f"drop table {scored}")
    return [Link(*row) for row in rows]


def acceptable(records: pa.Table, wanted: Iterable[Link], description: Description) -> list[Link]:
    """The links that can stand together, of those given surest first."""
    parent: dict[int, int] = {}
    cluster = dict(
        zip(records["position"].to_pylist(), records["cluster"].to_pylist(), strict=True)
    )
    wanted = list(wanted)
    touched = {cluster[end] for pair in wanted for end in (pair.low, pair.high)}
    held = {column: _values(records, column, touched) for column in description.exclusive}

    def root(of: int) -> int:
        while parent.get(of, of) != of:
            parent[of] = of = parent.get(parent[of], parent[of])
        return of

    taken = []
    for pair in wanted:
        low, high = root(cluster[pair.low]), root(cluster[pair.high])
        if any(_conflict(values[low], values[high]) for values in held.values()):
            continue
        taken.append(pair)
        if low != high:
            parent[high] = low
            for values in held.values():
                values[low] |= values[high]
    return taken


def _values(records: pa.Table, column: str, touched: set[int]) -> dict[int, set[str]]:
    values: dict[int, set[str]] = {name: set() for name in touched}
    pairs = zip(records["cluster"].to_pylist(), records[column].to_pylist(), strict=True)
    for name, value in pairs:
        if name in touched and value:
            values[name].add(value)
    return values


def _conflict(some: set[str], others: set[str]) -> bool:
    """Whether both know a value and no two of them could be one, mistyped."""
    return bool(some and others) and not any(
        _slip(one, other) for one in sorted(some) for other in sorted(others)
    )


def _slip(one: str, other: str) -> bool:
    """Equal, or one place typed wrong, or two neighbours exchanged."""
    differing = [place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b]
    if len(one) != len(other) or len(differing) > 2:
        return False
    if len(differing) < 2:
        return True
    first, second = differing
    return second == first + 1 and one[first] == other[second] and one[second] == other[first]


def _at(comparison: Comparison, codes: tuple[str, ...]) -> str:
    """SQL that holds when a comparison came out at one of these levels."""
    top = len(comparison.levels) - 1
    known = [level.code for level in comparison.levels]
    levels = [str(top - known.index(code)) for code in codes]
    return f"gamma_{comparison.name} in ({', '.join(levels)})" if levels else "false"
