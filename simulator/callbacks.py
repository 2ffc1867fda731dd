"""Calls back to people who asked about something: interest is gone after a day.

The chance of a yes halves with every half-life between the enquiry and the call. What does not
belong here: campaign calls (campaigns.py).
"""

import numpy as np

from simulator.contacts import (
    ACCEPTED,
    INBOUND,
    NO_ANSWER,
    OUTBOUND,
    PHONE,
    REASONS,
    REFUSED,
    RESOLVED,
    SALES,
    SERVICE,
    UNDECIDED,
    ContactBook,
    talk,
)  # fmt: skip
from simulator.periods import DAY_MS, Period
from simulator.service import INBOUND_OFFERS

HALF_LIFE_HOURS = 8.0
YES_AT_ONCE = 0.6
CALLED_BACK_SHARE = 0.8
HOUR_MS = 3_600_000
_OPENS, _CLOSES = 9, 18


def call_back(
    rng: np.random.Generator,
    book: ContactBook,
    may_be_called: np.ndarray,
    is_polite: np.ndarray,
    agents: int,
    period: Period,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Call some who enquired; returns (person, product, day) of the sales."""
    asked = book.closed(period.last)
    row = np.flatnonzero(
        (asked["direction"] == INBOUND) & (asked["intent"] == SERVICE) & (asked["campaign"] < 0)
        & (asked["outcome"] == RESOLVED) & may_be_called[asked["person"]]
        & np.isin(asked["reason"], [REASONS.index(r) for r in ("upgrade", "question")])
    )  # fmt: skip
    row = row[rng.random(len(row)) < CALLED_BACK_SHARE]
    person, enquired = asked["person"][row], asked["end"][row]
    start = _in_office_hours(rng, enquired + HOUR_MS // 2 + _hours(rng.exponential(14, len(row))))
    made = start < (period.last + 1) * DAY_MS
    person, start, enquired = person[made], start[made], enquired[made]
    size = len(person)
    delay_hours = (start - enquired) / HOUR_MS
    chance = YES_AT_ONCE * 0.5 ** (delay_hours / HALF_LIFE_HOURS)
    no = np.where(rng.random(size) < 0.6, REFUSED, UNDECIDED)
    outcome = np.where(rng.random(size) < chance, ACCEPTED, no)
    outcome = np.where(rng.random(size) < 0.2, NO_ANSWER, outcome)
    product = INBOUND_OFFERS[rng.integers(0, len(INBOUND_OFFERS), size)]
    book.add(
        person, direction=OUTBOUND, channel=PHONE, agent=rng.integers(0, agents, size),
        product=product, intent=SALES, outcome=outcome, start=start,
        end=start + talk(rng, outcome, is_polite[person]),
    )  # fmt: skip
    sold = outcome == ACCEPTED
    return person[sold], product[sold], start[sold] // DAY_MS


def _hours(hours: np.ndarray) -> np.ndarray:
    return (hours * 3600).astype(np.int64) * 1000


def _in_office_hours(rng: np.random.Generator, at: np.ndarray) -> np.ndarray:
    """Calls that would fall into the night are made in the morning."""
    day, hour = at // DAY_MS, at % DAY_MS // HOUR_MS
    morning = np.where(hour < _OPENS, day, day + 1) * DAY_MS + _OPENS * HOUR_MS
    is_open = (hour >= _OPENS) & (hour < _CLOSES)
    return np.where(is_open, at, morning + rng.integers(0, 3 * 3600, len(at)) * 1000)
