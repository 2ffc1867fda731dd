"""Which dates and times can be true, as SQL conditions that are never null.

A stand-in for "unknown" (1900-01-01, 9999-12-31, 0000-00-00, the epoch in UTC or in the sender's
zone) is not a time, and nothing can have happened after the day it was delivered. What does not
belong here: how times are spelt.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from warehouse.contract import Column, TableContract
from warehouse.literals import day, moment, quoted

TYPES = ("date", "timestamp")
NO_MONTH = "0000"


def is_sentinel(column: Column, contract: TableContract, value: str, text: str | None) -> str:
    """Whether the column holds a stand-in; `text` is what was read when it was read as text."""
    days = [date.fromisoformat(each) for each in column.sentinels]
    if column.data_type == "date":
        listed = ", ".join(day(each) for each in days)
    else:
        zone = ZoneInfo(contract.timezone)
        listed = ", ".join(moment(each) for each in sorted(_moments(days, zone)))
    conditions = [f"coalesce({value} in ({listed}), false)"] if listed else []
    if text:
        conditions.append(f"coalesce(starts_with({text}, '{NO_MONTH}'), false)")
    return f"({' or '.join(conditions)})" if conditions else "false"


def _moments(days: list[date], zone: ZoneInfo) -> set[datetime]:
    """First and last moments of the days, in UTC, as a sender in UTC or in `zone` means them."""
    found = set()
    for each in days:
        for clock in (time(0), time(23, 59, 59)):
            if clock == time(0) or each.year == date.max.year:
                local = datetime.combine(each, clock)
                found.add(local)
                if timedelta(days=1) < local - datetime.min:
                    offset = local.replace(tzinfo=zone).utcoffset()
                    found.add(local - offset)
    return found


def is_after(contract: TableContract, column: Column, value: str, latest: date) -> str:
    """Whether the value lies after the last day it can have happened on, in local days."""
    if column.data_type == "date":
        return f"coalesce({value} > {day(latest)}, false)"
    zone = ZoneInfo(contract.business_timezone)
    ends = datetime.combine(latest + timedelta(days=1), time(0), zone).astimezone(UTC)
    return f"coalesce({value} >= {moment(ends)}, false)"


def event_date(contract: TableContract) -> str:
    """The local business day of the event column, computed from the final (UTC) value."""
    if not contract.event:
        return "cast(null as date)"
    column = next(column for column in contract.columns if column.name == contract.event)
    if column.data_type == "date":
        return column.name
    zone = quoted(contract.business_timezone)
    return f"cast(timezone({zone}, timezone('UTC', {column.name})) as date)"
