"""What holds for every table that places customers, in whichever layer it is built.

Each gate asks for the schema of its own layer only: a table of a later layer still holds the
customers of the run before. What does not belong here: what a segment means.
"""

from expectations.vocabulary import Suite, measure, suite, unique
from expectations.workspace import World


def segments(world: World, schema: str) -> list[Suite]:
    """Return a suite per table of a schema that places all customers of the day, each once."""
    return [
        _segment(world, table)
        for table, columns in sorted(world.columns.items())
        if table.startswith(f"{schema}.seg_")
        and columns[0] == "customer_key"
        and "segment_code" in columns
        and {"is_current", "as_of_date"} & set(columns)
    ]


def _segment(world: World, table: str) -> Suite:
    today = (
        "is_current" if "is_current" in world.columns[table] else f"as_of_date = '{world.as_of}'"
    )
    key = [name for name in ("customer_key", "scheme_code") if name in world.columns[table]]
    return suite(
        table,
        unique(*key),
        measure(
            "customers_without_a_segment",
            "abs((select count(*) from customer.dim_customer) - count(distinct customer_key))",
            at_most=0,
        ),
        relation=f"select * from {table} where {today}",
    )
