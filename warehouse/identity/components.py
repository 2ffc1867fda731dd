"""Who is one customer on which day: components of nodes, taken apart where they cannot be right.

Nearly every component may stand as it hangs together. One that holds a person and an organisation,
two bodies with different credit codes, or records that people have parted, is put together again
bond by bond, the surest first, and a bond that would join what must stay apart is passed over. The
order of bonds is fixed by what they say, so the result does not depend on the order of arrival.
What does not belong here: keys, how bonds come about.
"""

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.identity import graph
from warehouse.identity.overrides import Constraints
from warehouse.identity.rules import MERGED, PINNED, RULES

_BY_HAND = {MERGED.code, PINNED.code}
_STRONG = {rule.code for rule in RULES if not rule.is_weak} | _BY_HAND


def settle(con: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Fill `placed` (node, component) and take impossible components apart."""
    size = con.sql("select count(*) from node").fetchone()[0]
    edges = con.sql(
        "select node, min(node) over (partition by bond) as first from bond"
    ).fetchnumpy()
    component = graph.components(edges["node"], edges["first"], size).astype(np.int64)
    con.register(
        "hanging", pa.table({"node": range(size), "component": pa.array(component, pa.int64())})
    )
    _find_impossible(con, constraints)
    for part in _parts(con, constraints.apart):
        component[part] = size + part[0]
    placed = {"node": range(size), "component": pa.array(component, pa.int64())}
    con.register("placed_arrow", pa.table(placed))
    con.execute("create temp table placed as from placed_arrow")


def _find_impossible(con: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Fill `impossible`: the nodes of components that hold what must stay apart."""
    pairs = [sorted(pair) for pair in constraints.apart]
    parted = {
        "low": pa.array([pair[0] for pair in pairs], pa.int64()),
        "high": pa.array([pair[1] for pair in pairs], pa.int64()),
    }
    con.register("apart_arrow", pa.table(parted))
    con.execute(
        """
        create temp table impossible as
        with known as (
            select node, component, position, party, credit_code
            from hanging inner join node using (node) inner join record using (position)
        ),
        mixed as (
            select component from known
            group by component
            having count(distinct party) > 1 or count(distinct credit_code) > 1
            union
            select low.component
            from apart_arrow
            inner join known as low on apart_arrow.low = low.position
            inner join known as high on apart_arrow.high = high.position
            where low.component = high.component
        )
        select * from known where component in (from mixed)
        """
    )


@dataclass
class _Group:
    """Nodes that are one customer so far, and what is known of them."""

    nodes: set[int] = field(default_factory=set)
    positions: set[int] = field(default_factory=set)
    parties: set[str] = field(default_factory=set)
    codes: set[str] = field(default_factory=set)

    def may_take(self, other: "_Group", is_strong: bool, apart: dict[int, set[int]]) -> bool:
        if len(self.parties | other.parties) > 1:
            return False
        if not is_strong and self.codes and other.codes and not self.codes & other.codes:
            return False
        return not any(apart.get(position, set()) & self.positions for position in other.positions)

    def take(self, other: "_Group") -> None:
        self.nodes |= other.nodes
        self.positions |= other.positions
        self.parties |= other.parties
        self.codes |= other.codes


def _parts(con: duckdb.DuckDBPyConnection, pairs: set[frozenset[int]]) -> list[list[int]]:
    """Put impossible components together again: their parts as lists of nodes."""
    apart = defaultdict(set)
    for low, high in pairs:
        apart[low].add(high)
        apart[high].add(low)
    known = con.sql("select node, position, party, credit_code from impossible").fetchall()
    group_of = {
        node: _Group({node}, {position}, {party} - {None}, {code} - {None})
        for node, position, party, code in known
    }
    for rule, members in _bonds(con):
        found: list[_Group] = []
        for node in members:
            group = group_of[node]
            if any(group is other for other in found):
                continue
            host = next((g for g in found if g.may_take(group, rule in _STRONG, apart)), None)
            if host is None:
                found.append(group)
                continue
            host.take(group)
            for taken in group.nodes:
                group_of[taken] = host
    return [sorted(group.nodes) for group in {id(g): g for g in group_of.values()}.values()]


def _bonds(con: duckdb.DuckDBPyConnection) -> list[tuple[str, list[int]]]:
    """The bonds of impossible components as they are heard: decisions first, then the surest."""
    rows = con.sql(
        """
        select bond, rule_code, confidence, node
        from bond inner join impossible using (node)
        order by bond, node
        """
    ).fetchall()
    members = defaultdict(list)
    for bond, rule, confidence, node in rows:
        members[rule not in _BY_HAND, -confidence, rule, bond].append(node)
    heard = sorted(members.items(), key=lambda item: (*item[0][:3], item[1]))
    return [(rule, nodes) for (_, _, rule, _), nodes in heard]
