"""Who was known when: records on the days on which something changed for those they touch.

Records that ever shared evidence are one family. A family has an epoch for every business date on
which one of its records appeared or said something new, and in each epoch a node for every record
known by then. Evidence joins nodes of one epoch, so history and presence come from one computation
and a day never depends on later ones. What does not belong here: who is one customer in the end.
"""

import duckdb
import pyarrow as pa

from warehouse.identity import graph
from warehouse.identity.overrides import Constraints
from warehouse.identity.rules import MERGED, PINNED, RULES

_RULE_SLOTS = 16
"""Room for the number of a rule beside the number of a node."""


def bonds_of(relation: str) -> str:
    """SQL for (every column of the relation, rule_code, confidence, rule_number, value)."""
    return " union all ".join(
        f"select *, '{rule.code}' as rule_code, {rule.confidence} as confidence,"
        f" {number} as rule_number, concat_ws('|', {', '.join(rule.parts)}) as value"
        f" from {relation} where {' and '.join(f'{part} is not null' for part in rule.parts)}"
        for number, rule in enumerate(RULES)
    )


def shared_by(relation: str) -> str:
    """SQL for (position, first): who says the same as an older record, and which that is."""
    return f"""
        with said as (
            {bonds_of(relation)}
        ),
        shared as (
            select rule_number, value, min(position) as first
            from said
            group by rule_number, value
            having min(position) < max(position)
        )
        select said.position, shared.first
        from said inner join shared
            on said.rule_number = shared.rule_number and said.value = shared.value
    """


def build(con: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Fill `node` (node, family, from_date, position) and `bond` (bond, node, rule, confidence).

    All nodes of a bond belong together as far as that bond goes.
    """
    _add_hand_made(con, constraints)
    size = con.sql("select count(*) from record").fetchone()[0]
    edges = con.sql(f"{shared_by('claim')} union all select low, high from edge").fetchnumpy()
    family = graph.components(edges["position"], edges["first"], size)
    con.register("family_arrow", pa.table({"position": range(size), "family": family}))
    con.execute(
        """
        create temp table member as
        select position, family, first_date, count(*) over (partition by family) as members
        from family_arrow inner join record using (position);
        create temp table node as
        with epoch as (
            select distinct
                family,
                case when members > 1 then from_date else first_date end as from_date
            from claim inner join member using (position)
        )
        select
            row_number() over (order by family, from_date, position) - 1 as node,
            family,
            from_date,
            position
        from epoch inner join member using (family)
        where member.first_date <= epoch.from_date
        """
    )
    _add_bonds(con)


def _add_hand_made(con: duckdb.DuckDBPyConnection, constraints: Constraints) -> None:
    """Fill `pinned`, and add to `edge` what people have joined."""
    pins = [(record, target) for record, target in sorted(constraints.pins.items())]
    con.register(
        "pinned_arrow", pa.table({"position": pa.array([pin[0] for pin in pins], pa.int64())})
    )
    con.execute("create temp table pinned as from pinned_arrow")
    con.execute("delete from edge where low in (from pinned) or high in (from pinned)")
    made = [(*pair, MERGED) for pair in sorted(constraints.together)]
    made += [(*pair, PINNED) for pair in pins if pair[0] != pair[1]]
    if made:
        rows = [(min(a, b), max(a, b), rule.code, rule.confidence) for a, b, rule in made]
        con.executemany("insert into edge values (?, ?, ?, ?)", rows)


def _add_bonds(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(
        f"""
        create temp table bond as
        with saying as (
            select node.node, node.from_date, claim.* exclude (from_date)
            from node
            asof join claim
                on node.position = claim.position and node.from_date >= claim.from_date
            where node.position not in (from pinned)
        ),
        said as (
            {bonds_of("saying")}
        ),
        same as (
            select rule_number, value, from_date, min(node) as first
            from said
            group by rule_number, value, from_date
            having count(*) > 1
        ),
        shared as (
            select said.node, said.rule_code, said.confidence, said.rule_number, same.first
            from said inner join same
                on said.rule_number = same.rule_number and said.value = same.value
                    and said.from_date = same.from_date
        ),
        pair as (
            select
                -row_number() over (
                    order by edge.low, edge.high, edge.rule_code, low.from_date
                ) as bond,
                low.node as low,
                high.node as high,
                edge.rule_code,
                edge.confidence
            from edge
            inner join node as low on edge.low = low.position
            inner join node as high on edge.high = high.position and low.from_date = high.from_date
        )
        select first * {_RULE_SLOTS} + rule_number as bond, node, rule_code, confidence
        from shared
        union all
        select bond, unnest([low, high]), rule_code, confidence from pair
        """
    )
