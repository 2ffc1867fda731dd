"""Complaints, surveys and withdrawn consent: how customers react to what happened.

What does not belong here: calls (service.py, campaigns.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator.contacts import (
    ACCEPTED,
    INFORM,
    LONG_WAIT,
    OPENS,
    OUTBOUND,
    PHONE,
    REFUSED,
    RESOLVED,
    SALES,
    SERVICE,
    UNDECIDED,
    UNRESOLVED,
    ContactBook,
    office_time,
    talk,
)  # fmt: skip
from simulator.periods import DAY_MS, NO_TIME, Period

LONG_WAIT_PENALTY = 0.16
"""Share of the scale that a wait of more than two minutes costs."""
PUSHED_COMPLAINTS = 1.4
"""Complaints once agents are paid for sales, against before."""
SURVEYED_SHARE, SURVEYED_CALLERS_SHARE = 0.08, 0.14
CAUSES = ("bill", "network", "service", "harassment", "other")
OPT_OUT_BASE, OPT_OUT_GROWTH = 0.008, 1.9
"""Hazard of withdrawing consent per marketing contact; its growth per extra one in 7 days."""


@dataclass
class Complaints:
    """Complaints of one period."""

    person: np.ndarray
    cause: np.ndarray
    severity: np.ndarray
    opened: np.ndarray
    closed: np.ndarray


def complaints(
    rng: np.random.Generator,
    book: ContactBook,
    rate: np.ndarray,
    period: Period,
    pushed_from: int,
) -> Complaints:
    """Draw complaints; each is followed by a service call the next days."""
    person = np.flatnonzero(rng.random(len(rate)) < rate * period.share * PUSHED_COMPLAINTS)
    day = rng.integers(period.first, period.last + 1, len(person))
    made = (day >= pushed_from) | (rng.random(len(person)) < 1 / PUSHED_COMPLAINTS)
    person, day = person[made], day[made]
    size, pushed = len(person), day >= pushed_from
    opened = office_time(rng, day, OPENS, 21)
    closed = opened + rng.integers(4, 240, size) * 3_600_000
    call = office_time(rng, day + rng.integers(1, 4, size), 9, 18)
    outcome = np.where(rng.random(size) < 0.7, RESOLVED, UNRESOLVED)
    book.add(
        person, direction=OUTBOUND, channel=PHONE, agent=person % 6, intent=SERVICE,
        outcome=outcome, start=call, end=call + talk(rng, outcome),
    )  # fmt: skip
    return Complaints(
        person,
        np.where(
            pushed,
            rng.choice(5, size, p=[0.25, 0.18, 0.37, 0.11, 0.09]),
            rng.choice(5, size, p=[0.35, 0.25, 0.2, 0.08, 0.12]),
        ),
        np.minimum(1 + rng.poisson(1.3, size), 5),
        opened,
        # an export knows nothing of later days
        np.where(closed < (day_end(day, period) + 1) * DAY_MS, closed, NO_TIME),
    )


def day_end(day: np.ndarray, period: Period) -> np.ndarray:
    """Last day covered by the file that carries a day."""
    return day if len(period.deliveries) > 1 else np.full(len(day), period.last)


def opt_outs(
    rng: np.random.Generator, contacts: dict[str, np.ndarray]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows after which somebody withdrew consent; extra contacts and hazard of all pushed rows."""
    pushed = (contacts["direction"] == OUTBOUND) & np.isin(contacts["intent"], (SALES, INFORM))
    row = np.flatnonzero(pushed)
    row = row[np.lexsort((contacts["start"][row], contacts["person"][row]))]
    person, start = contacts["person"][row].astype(np.int64), contacts["start"][row]
    # one sorted key per (person, time): the count in the last 7 days is a difference of positions
    span = 400 * DAY_MS
    key = person * span + (start - start.min(initial=0))
    extra = np.arange(len(row)) - np.searchsorted(key, key - 7 * DAY_MS)
    hazard = np.minimum(OPT_OUT_BASE * OPT_OUT_GROWTH**extra, 0.5)
    hit = rng.random(len(row)) < hazard
    return row[hit], extra, hazard


def surveys(rng: np.random.Generator, contacts: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """A few rate the contact; an unresolved problem costs more than a long wait."""
    reached = np.isin(contacts["outcome"], (ACCEPTED, REFUSED, UNDECIDED, RESOLVED, UNRESOLVED))
    asked = np.where(contacts["wait"] >= 0, SURVEYED_CALLERS_SHARE, SURVEYED_SHARE)
    row = np.flatnonzero(reached & (rng.random(len(reached)) < asked))
    size = len(row)
    mood = np.where(contacts["outcome"][row] == UNRESOLVED, 0.45, 0.77)
    mood -= np.where(contacts["wait"][row] > LONG_WAIT, LONG_WAIT_PENALTY, 0)
    share = np.clip(rng.normal(mood, 0.14, size), 0, 1)
    top = np.where(rng.random(size) < 0.7, 5, 10)
    at = contacts["end"][row] + rng.integers(60, 3600, size) * 1000
    midnight = (contacts["start"][row] // DAY_MS + 1) * DAY_MS - 1000
    return {
        "row": row,
        "score": np.maximum(1, np.round(share * top)).astype(np.int64),
        "scale": top,
        "at": np.minimum(at, midnight),
    }
