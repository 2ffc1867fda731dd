"""The calendar of the world: simulated periods and the business dates of their deliveries.

Days are integers since 1970-01-01 and times are milliseconds of local (Shanghai) wall clock, so
that all arithmetic is vectorised. What does not belong here: holidays, and anything random.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

EPOCH = date(1970, 1, 1)
DAY_MS = 86_400_000
FAR = np.int32(2**31 - 1)
"""Day number that stands for "not yet" and is written as an empty field."""
NO_TIME = np.iinfo(np.int64).min
"""The same for a time."""


def day_number(day: date) -> int:
    """Days since 1970-01-01."""
    return (day - EPOCH).days


def as_date(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=int(number))


@dataclass(frozen=True)
class Delivery:
    """One file date and the days it covers (both ends included)."""

    business_date: date
    first: int
    last: int


@dataclass(frozen=True)
class Period:
    """One step of the world: a month delivered in one file, or the closing days, one file each.

    Without deliveries it is the month before the world is watched.
    """

    index: int
    first: int
    last: int
    deliveries: tuple[Delivery, ...]

    @property
    def days(self) -> np.ndarray:
        """All day numbers of the period."""
        return np.arange(self.first, self.last + 1, dtype=np.int32)

    @property
    def share(self) -> float:
        """Length as a share of a month; monthly rates are multiplied by it."""
        return min(1.0, (self.last - self.first + 1) / 30)

    @property
    def stamp(self) -> str:
        """Year and month, as used in campaign and bill numbers."""
        return as_date(self.first).strftime("%y%m")


def periods(start: date, months: int, days: int) -> Iterator[Period]:
    """A silent month, whole months from `start`, then `days` single-day deliveries.

    Nothing is delivered of the silent month: it only gives people a history.
    """
    if start.day != 1:
        raise ValueError("start must be the first day of a month")
    if not 0 <= days <= 28:
        raise ValueError("days must lie between 0 and 28")
    first = start
    before = (start - timedelta(days=1)).replace(day=1)
    yield Period(-1, day_number(before), day_number(start) - 1, ())
    for index in range(months):
        following = (first + timedelta(days=32)).replace(day=1)
        low, high = day_number(first), day_number(following) - 1
        yield Period(index, low, high, (Delivery(as_date(high), low, high),))
        first = following
    if days:
        low = day_number(first)
        single = tuple(Delivery(as_date(low + n), low + n, low + n) for n in range(days))
        yield Period(months, low, low + days - 1, single)
