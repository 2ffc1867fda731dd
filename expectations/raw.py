"""Gate `raw`: what intake accepted, judged as a whole before anything is built on it.

Row by row the contract was enforced at intake; here the checks follow from the contracts again,
over the lake as it lies, plus what no single row shows: volume, freshness, blank columns, odd
dates. A new source needs no line here. What does not belong here: rules about customers or money.
"""

from expectations.vocabulary import (
    CRITICAL,
    WARNING,
    Check,
    Suite,
    accepted,
    measure,
    none,
    not_null,
    rows,
    suite,
)
from expectations.workspace import World
from warehouse.contract import TableContract

REQUIRED = {("crm", "customers"), ("boss", "accounts"), ("boss", "subscriptions")}
"""Without these there are no customers to speak of; any other table may be missing, said aloud."""
STEADY = {("boss", "usage_days"), ("web", "page_views")}
"""Machine-made, so a tenth or four times of a weekday's usual is a broken export (RP catalogue 30).
Calls, bills and campaigns come in bursts by nature: there the same bounds only warn."""
ENOUGH_ROWS = 200
"""Below this a day's shares and volumes are chance."""
RARELY_BLANK = 0.05
"""Columns blanker than this at times (a campaign's number, an agent's) may be blank for a while."""


def suites(world: World) -> list[Suite]:
    """Return the suites of every contract; a table never delivered is judged on that alone."""
    declared: list[Suite] = []
    for key, contract in world.contracts.items():
        if world.deliveries[key]:
            latest = world.deliveries[key][-1].isoformat()
            declared += [_delivered(contract, world, latest), _blanks(contract, latest)]
        else:
            declared.append(_missing(contract))
    return declared


def _missing(contract: TableContract) -> Suite:
    severity = CRITICAL if _key(contract) in REQUIRED else WARNING
    return suite(_view(contract), rows(severity=severity, why="never delivered"))


def _delivered(contract: TableContract, world: World, latest: str) -> Suite:
    required = [column.lake_name for column in contract.columns if column.required]
    return suite(
        _view(contract),
        rows(severity=CRITICAL if _key(contract) in REQUIRED else WARNING),
        not_null(*required),
        [accepted(c.lake_name, c.accepted) for c in contract.columns if c.accepted],
        none("undated_rows", "business_date is null"),
        _key_check(contract, latest),
        _freshness(world, latest),
        _dates(contract),
        _events(contract) if contract.event else [],
    )


def _key_check(contract: TableContract, latest: str) -> Check:
    key = ", ".join(contract.key)
    newest = f"filter (where business_date = date '{latest}')"
    return measure(
        "repeated_keys_in_latest_delivery",
        f"count(*) {newest} - count(distinct ({key})) {newest}",
        at_most=0,
        why="intake removes repeats inside a file, and one file per business date is active",
    )


def _freshness(world: World, latest: str) -> Check:
    return measure(
        "days_behind",
        f"max(date '{world.as_of}' - date '{latest}')",
        at_most=0,
        severity=WARNING,
        why="no file for the day of the run; what is there is still true",
    )


def _dates(contract: TableContract) -> list[Check]:
    """Placeholders for unknown dates. 1970-01-01 is a fine birthday but no time of an event."""
    return [
        none(
            f"placeholder_dates({column.name})",
            f"year({column.name}) <= 1900 or year({column.name}) >= 9999",
            severity=CRITICAL if column.required else WARNING,
        )
        for column in contract.columns
        if column.data_type in ("date", "timestamp")
    ]


def _events(contract: TableContract) -> list[Check]:
    steady = _key(contract) in STEADY
    return [
        none("events_without_day", "_event_date is null"),
        none("events_before_2000", "_event_date < date '2000-01-01'"),
        none(
            "events_after_delivery",
            f"_event_date > business_date + {FORWARD_DAYS}",
            why="a clock may run a little ahead of the export, not more",
        ),
        measure(
            "volume_of_latest_day_to_usual",
            f"({VOLUME.format(view=_view(contract))})",
            at_least=0.1,
            at_most=4,
            severity=CRITICAL if steady else WARNING,
            why="against the median of the same weekday; 1 when there are too few days to tell",
        ),
    ]


FORWARD_DAYS = 1
VOLUME = f"""
    with days as (
        select _event_date as day, count(*) as n from {{view}}
        where _event_date is not null group by day
    ),
    usual as (
        select median(n) as n, count(*) as points from days
        where day < (select max(day) from days)
            and day >= (select max(day) from days) - 56
            and isodow(day) = (select isodow(max(day)) from days)
    )
    select case
        when usual.points < 4 or usual.n < {ENOUGH_ROWS} then 1
        else (select n from days order by day desc nulls last limit 1) / usual.n
    end from usual
"""


def _blanks(contract: TableContract, latest: str) -> Suite:
    """Columns that were as good as always filled and went blank in the newest delivery."""
    optional = [column.lake_name for column in contract.columns if not column.required]
    shares = ", ".join(f"avg(({name} is null)::int) as {name}" for name in optional)
    is_latest = f"business_date = date '{latest}'"
    return suite(
        f"{_view(contract)} by delivery",
        [
            measure(
                f"gone_blank({name})",
                f"""coalesce(case when max({name}) filter (not {is_latest}) < {RARELY_BLANK}
                    then max({name}) filter ({is_latest} and row_count >= {ENOUGH_ROWS}) end, 0)""",
                at_most=0.5,
                why="half of the newest delivery is blank where hardly a row ever was",
            )
            for name in optional
        ],
        relation=f"""select business_date, count(*) as row_count, {shares}
            from {_view(contract)} group by business_date""",
    )


def _key(contract: TableContract) -> tuple[str, str]:
    return contract.source, contract.table


def _view(contract: TableContract) -> str:
    return f"lake.{contract.source}__{contract.table}"
