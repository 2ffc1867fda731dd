"""Gate `indicators`: every number about every customer, before models learn from it.

The checks follow from the catalogue `dim_indicator`, so a new indicator is covered by its unit and
needs no line here. The newest snapshot is judged, and compared with the one before it. What does
not belong here: formulas, which are proved by dbt's unit tests.
"""

from collections.abc import Iterable

from expectations.segments import segments
from expectations.vocabulary import (
    CRITICAL,
    WARNING,
    Check,
    Suite,
    measure,
    none,
    rows,
    suite,
    unique,
    within,
)
from expectations.workspace import Indicator, World

MAY_LEAVE_0_TO_1 = ("growth", "margin", "change", "trend")
"""Shares that compare two amounts and may be negative or above one."""
ROUNDING = 1e-9
AMOUNTS = ("yuan", "minute", "megabyte", "count")
COMPOSITES = "composite"
"""Tables that end so move with what they are made of; a difference may jump near zero."""
ENOUGH_ROWS = 200
"""With fewer customers who have any of it, a mean moves by chance."""


def suites(world: World) -> list[Suite]:
    """Return per subject the newest snapshot and its step from the last; then the segments."""
    declared: list[Suite] = []
    for table, indicators in sorted(world.indicators.items()):
        declared.append(_snapshot(world, table, indicators))
        declared.append(_step(world, table, indicators))
    return declared + segments(world, "segments")


def _snapshot(world: World, table: str, indicators: Iterable[Indicator]) -> Suite:
    known = f"first_seen_date <= date '{world.as_of}'"
    dead = " + ".join(f"(count({indicator.name}) = 0)::int" for indicator in indicators)
    key = world.columns.get(f"indicators.{table}", ("customer_key",))[0]
    everybody = measure(
        "customers_without_a_row",
        f"abs((select count(*) from customer.dim_customer where {known}) - count(*))",
        at_most=0,
    )
    return suite(
        f"indicators.{table}",
        rows(),
        unique(key),
        [check for indicator in indicators for check in _range(indicator)],
        everybody if key == "customer_key" else [],
        measure(
            "indicators_without_any_value",
            dead,
            at_most=0,
            severity=WARNING,
            why="nothing delivered that they are made of, or a formula that never holds",
        ),
        none(
            "values_beyond_all_numbers",
            " or ".join(f"isinf({i.name}) or isnan({i.name})" for i in indicators),
        ),
        relation=f"select * from indicators.{table} where as_of_date = date '{world.as_of}'",
    )


def _range(indicator: Indicator) -> list[Check]:
    if indicator.unit == "flag":
        return [within(indicator.name, 0, 1)]
    if indicator.unit == "share" and not any(w in indicator.name for w in MAY_LEAVE_0_TO_1):
        return [within(indicator.name, -ROUNDING, 1 + ROUNDING)]
    if indicator.unit == "count":
        return [within(indicator.name, at_least=0)]
    return []


def _step(world: World, table: str, indicators: Iterable[Indicator]) -> Suite:
    """Compare the newest snapshot with the one before; 0 or 1 where there is none to tell."""
    today = f"as_of_date = date '{world.as_of}'"
    checks: list[Check] = [
        measure(
            "snapshots_missing",
            f"""(select count(*) from lake.snapshots
                where as_of_date not in (select as_of_date from indicators.{table}))""",
            at_most=0,
        )
    ]
    for name, unit, window_days in indicators:
        blank = f"avg(({name} is null)::int) filter"
        checks.append(
            measure(
                f"rise_of_blanks({name})",
                f"coalesce({blank} (where {today}) - {blank} (where is_previous), 0)",
                at_most=0.5,
                why="half the customers losing a number at once is a lost delivery",
            )
        )
        moves_slowly = unit.split("/")[0] in AMOUNTS and abs(window_days) >= 30
        if moves_slowly and not table.endswith(COMPOSITES):
            mean = f"avg({name}) filter"
            checks.append(
                measure(
                    f"step_of_mean({name})",
                    f"""case when count(*) filter (where is_previous and {name} > 0) < {ENOUGH_ROWS}
                            or {mean} (where is_previous) <= 0 then 1
                        else coalesce({mean} (where {today}) / {mean} (where is_previous), 1)
                        end""",
                    at_least=0.2,
                    at_most=5,
                    severity=CRITICAL if window_days >= 90 and unit != "count" else WARNING,
                    why="long sums move slowly; short ones and counts come in bursts and only warn",
                )
            )
    return suite(
        f"indicators.{table} (step)",
        checks,
        relation=f"""select *, as_of_date < date '{world.as_of}' as is_previous
            from indicators.{table}
            where {today} or as_of_date = (
                select max(as_of_date) from lake.snapshots
                where as_of_date < date '{world.as_of}')""",
    )
