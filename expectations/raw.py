"""Gate `raw`: what intake accepted, judged as a whole before anything is built on it.

Row by row the contract was enforced at intake; here the checks follow from the contracts again,
over the lake as it lies, plus what no single row shows: odd dates, and the findings of the monitors
about volume, freshness, blanks, mixes and units. A new source needs no line here. What does not
belong here: rules about customers or money, how a finding is made (`monitors`).
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

MONITORS = {
    "RP-1211": "volume_far_from_usual",
    "RP-1212": "columns_gone_blank",
    "RP-1213": "columns_with_few_values",
    "RP-1214": "mixes_of_codes_shifted",
    "RP-1215": "units_changed",
}
"""Findings that stop; `rapport findings` names their places, `rapport accept` lets one pass."""
FORWARD_DAYS = 1


def suites(world: World) -> list[Suite]:
    """Return the suites of every contract; a table never delivered is judged on that alone."""
    declared: list[Suite] = []
    for key, contract in world.contracts.items():
        if world.deliveries[key]:
            latest = world.deliveries[key][-1].isoformat()
            declared += [_delivered(contract, world, latest), _monitors(contract)]
        else:
            declared.append(_missing(contract))
    return declared


def _missing(contract: TableContract) -> Suite:
    severity = CRITICAL if contract.required else WARNING
    return suite(_view(contract), rows(severity=severity, why="never delivered"))


def _delivered(contract: TableContract, world: World, latest: str) -> Suite:
    required = [column.lake_name for column in contract.columns if column.required]
    return suite(
        _view(contract),
        rows(severity=CRITICAL if contract.required else WARNING),
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
    return [
        none("events_without_day", "_event_date is null"),
        none("events_before_2000", "_event_date < date '2000-01-01'"),
        none(
            "events_after_delivery",
            f"_event_date > business_date + {FORWARD_DAYS}",
            why="a clock may run a little ahead of the export, not more",
        ),
    ]


def _monitors(contract: TableContract) -> Suite:
    mine = f"source_name = '{contract.source}' and table_name = '{contract.table}'"
    return suite(
        _view(contract),
        [
            none(name, f"reason_code = '{code}' and is_stop", why=code)
            for code, name in MONITORS.items()
        ],
        none("unusual_deliveries", "not is_stop and reason_code <> 'RP-1202'", severity=WARNING),
        none("days_missing", "reason_code = 'RP-1202'", severity=WARNING, why="RP-1202"),
        relation=f"select * from lake.findings where {mine} and not is_accepted",
    )


def _view(contract: TableContract) -> str:
    return f"lake.{contract.source}__{contract.table}"
