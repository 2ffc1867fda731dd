"""What joins records: each producer adds pairs of records to `edge`, in the order of `PRODUCERS`.

A further kind of evidence is one more producer: it reads `record` (and the edges found so far) and
adds rows (low, high, rule_code, confidence), positions of two records, the lower first. What does
not belong here: who hangs together, what a rule stands on (`rules`).
"""

from collections.abc import Callable

import duckdb

from warehouse.identity.rules import HUB_LIMIT, LINK, RULES


def collect(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `edge` with the pairs of every producer."""
    con.execute(
        "create temp table edge (low bigint, high bigint, rule_code varchar, confidence double)"
    )
    for produce in PRODUCERS:
        produce(con)


def account_links(con: duckdb.DuckDBPyConnection) -> None:
    """Join a record with the record of the first entity that it names."""
    con.execute(
        """
        insert into edge
        select
            least(named.position, naming.position), greatest(named.position, naming.position), ?, ?
        from record as naming
        inner join record as named on naming.link = named.source_id and named.source_rank = 1
        """,
        [LINK.code, LINK.confidence],
    )


def shared_tokens(con: duckdb.DuckDBPyConnection) -> None:
    """Join the records that share all tokens of a rule, unless too many do."""
    for rule in RULES:
        tokens = ", ".join(f"{part}_token" for part in rule.tokens)
        present = " and ".join(f"{part}_token is not null" for part in rule.tokens)
        con.execute(
            f"""
            insert into edge
            select low, position, ?, ?
            from (
                select
                    position,
                    min(position) over (partition by {tokens}) as low,
                    count(*) over (partition by {tokens}) as sharers
                from record
                where {present}
            )
            where low < position and sharers <= {HUB_LIMIT}
            """,
            [rule.code, rule.confidence],
        )


PRODUCERS: tuple[Callable[[duckdb.DuckDBPyConnection], None], ...] = (
    account_links,
    shared_tokens,
)
"""Strongest first. The probabilistic residue comes after everything deterministic."""
