"""No adding and subtracting of what two ways of grouping publish leads to a few customers.

Worlds of customers in several schemes are judged by the SQL of the product and then attacked here
with sets of customers: every union of what one scheme shows less every union of the other's inside
it. What does not belong here: small groups of one scheme alone (the unit test beside the model).
"""

from collections import Counter, defaultdict
from itertools import combinations, permutations

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.analysis.sql import model

K = 20
SEEDS = range(8)
World = dict[str, tuple[str, ...]]
"""Customers by the segment they have in each scheme."""


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        yield con


@pytest.fixture(scope="module")
def query() -> str:
    small = model("segments/seg_small_group", K)
    hidden = model("segments/seg_indicator_hidden", K)
    return f"""with seg_small_group as ({small})
        select scheme_code, segment_code from ({hidden}) where is_suppressed"""


def judged(con: duckdb.DuckDBPyConnection, query: str, world: World) -> set[tuple[int, str]]:
    """Scheme and segment of every group the product hides."""
    kinds: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for key, segments in world.items():
        kinds[segments].append(key)
    groups = Counter((n, seg) for segs in world.values() for n, seg in enumerate(segs))
    tables = {
        "seg_membership": [
            (key, n, seg) for key, segs in world.items() for n, seg in enumerate(segs)
        ],
        "seg_known_count": [(min(keys), len(keys)) for keys in kinds.values()],
        "seg_indicator_statistics": [(*group, size) for group, size in groups.items()],
        "dim_indicator": [()],
    }  # fmt: skip
    columns = {
        "seg_membership": ["customer_key", "scheme_code", "segment_code"],
        "seg_known_count": ["kind_key", "customers_count"],
        "seg_indicator_statistics": ["scheme_code", "segment_code", "customers_count"],
        "dim_indicator": [],
    }
    for name, rows in tables.items():
        frame = pd.DataFrame(rows, columns=columns[name])
        frame = frame.assign(as_of_date="2026-11-07", indicator_name="paid", is_current=True)
        frame = frame.assign(kind_code="level", sum_value=0)
        con.register(name, frame)
    return set(con.sql(query).fetchall())


def exposed(world: World, hidden: set[tuple[int, str]]) -> list[int]:
    """Sizes of the groups too small that can be found by subtraction."""
    schemes = len(next(iter(world.values())))
    units: list[dict[str, frozenset[str]]] = []
    for n in range(schemes):
        found: dict[str, set[str]] = defaultdict(set)
        for key, segments in world.items():
            found["hidden" if (n, segments[n]) in hidden else segments[n]].add(key)
        units.append({name: frozenset(keys) for name, keys in found.items()})
    sizes = [len(who) for each in units for who in each.values()]
    for one, other in permutations(units, 2):
        for size in range(1, len(one) + 1):
            for chosen in combinations(one.values(), size):
                union = frozenset().union(*chosen)
                sizes.append(len(union) - sum(len(u) for u in other.values() if u <= union))
    return [size for size in sizes if 0 < size < K]


def nested_world(seed: int) -> World:
    """Draw schemes that say nearly the same, as real ones do of who is unknown."""
    rng = np.random.default_rng(seed)
    size = int(rng.integers(300, 600))
    truth = rng.integers(0, 6, size)
    columns = []
    for _ in range(3):
        merged = rng.integers(0, rng.integers(3, 7), 6)[truth]
        moved = rng.random(size) < 0.02
        columns.append(np.where(moved & (truth == 0), rng.integers(0, 6, size), merged))
    return {
        f"c{n:04d}": tuple(f"s{column[n]}" for column in columns) for n in range(size)
    }  # fmt: skip


def small_alone(world: World) -> set[tuple[int, str]]:
    """What hiding small groups with their next smallest would hide, a scheme at a time."""
    hidden = set()
    for n in range(len(next(iter(world.values())))):
        together = 0
        for segment, size in sorted(
            Counter(segments[n] for segments in world.values()).items(),
            key=lambda kv: (kv[1], kv[0]),
        ):
            if size < K or 0 < together < K:
                hidden.add((n, segment))
                together += size
    return hidden


def test_nobody_is_found_by_subtracting_groups_of_two_schemes(con, query):
    attacked = [(world, judged(con, query, world)) for world in map(nested_world, SEEDS)]
    given_away = [world for world, _ in attacked if exposed(world, small_alone(world))]
    assert len(given_away) >= len(attacked) / 2, "hiding a scheme at a time is not enough"
    for world, hidden in attacked:
        assert small_alone(world) <= hidden
        assert not exposed(world, hidden)


def test_groups_that_cross_in_many_customers_are_all_shown(con, query):
    rng = np.random.default_rng(1)
    draws = [rng.integers(0, parts, 2_000) for parts in (3, 4, 6)]
    crossed = {f"c{n:04d}": tuple(f"s{d[n]}" for d in draws) for n in range(2_000)}
    assert judged(con, query, crossed) == set()
    within = {key: (a, "x" if a == "s0" else "y", c) for key, (a, _, c) in crossed.items()}
    assert judged(con, query, within) == set(), "a group made of whole groups leaves nobody over"
