"""Inbound calls, complaints, surveys and withdrawn consent: what customers tell the company.

What does not belong here: calls the company makes to sell (campaigns.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator import products
from simulator.contacts import (
    ACCEPTED,
    APP,
    BRANCH,
    CLOSES,
    DELIVERED,
    INBOUND,
    INFORM,
    OPENS,
    OUTBOUND,
    PHONE,
    REASONS,
    REFUSED,
    RESOLVED,
    SALES,
    SERVICE,
    SMS,
    UNDECIDED,
    UNRESOLVED,
    ContactBook,
    agents_of,
    office_time,
    talk,
)  # fmt: skip
from simulator.periods import DAY_MS, NO_TIME, Period
from simulator.randomness import pick_rows, repeat_index, stream

TASTE_SHARE = 0.5
"""Share of an agent's inbound offers that follow personal taste instead of the list."""
INBOUND_OFFERS = np.array([products.INDEX[p] for p in ("SEC1", "TVS1", "VID1", "CLO1", "DEV1")])
EVENING_SHARE = 0.45
"""Share of calls in answer to a message that come between 19 and 20 h."""
OPT_OUT_BASE, OPT_OUT_GROWTH = 0.003, 1.9
"""Hazard of withdrawing consent per marketing contact, and its growth per extra contact in 7 days."""
CAUSES = ("bill", "network", "service", "harassment", "other")


def agent_taste(seed: int, people: int) -> np.ndarray:
    """The product each agent likes to offer (index into the catalogue)."""
    rng = stream(seed, "agents")
    return INBOUND_OFFERS[rng.integers(0, len(INBOUND_OFFERS), agents_of(people))]


def inbound(
    rng: np.random.Generator,
    book: ContactBook,
    rate: np.ndarray,
    mood: np.ndarray,
    interest: np.ndarray,
    taste: np.ndarray,
    period: Period,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People call; returns (person, product, day) of offers accepted on the line."""
    person, _ = repeat_index(rng.poisson(rate * period.share))
    size = len(person)
    weights = np.tile(np.array([22, 16, 4, 6, 1, 4, 30], float), (size, 1))
    weights[:, REASONS.index("upgrade")] *= np.exp(0.5 * interest[person])
    for name in ("cancel", "complaint"):
        weights[:, REASONS.index(name)] *= np.exp(1.1 * mood[person])
    reason = pick_rows(rng, weights)
    day = rng.integers(period.first, period.last + 1, size)
    channel = np.where(
        rng.random(size) < 0.85, PHONE, np.where(rng.random(size) < 0.5, APP, BRANCH)
    )
    agent = rng.integers(0, len(taste), size)
    outcome = np.where(rng.random(size) < 0.84, RESOLVED, UNRESOLVED)
    offered = (outcome == RESOLVED) & np.isin(reason, (0, 3, 6)) & (rng.random(size) < 0.2)
    free = INBOUND_OFFERS[rng.integers(0, len(INBOUND_OFFERS), size)]
    product = np.where(rng.random(size) < TASTE_SHARE, taste[agent], free)
    answer = np.array([ACCEPTED, REFUSED, UNDECIDED])[
        np.searchsorted([0.07, 0.75], rng.random(size))
    ]
    outcome = np.where(offered, answer, outcome)
    start = office_time(rng, day, OPENS, CLOSES)
    book.add(
        person, direction=INBOUND, channel=channel, agent=np.where(channel == APP, -1, agent),
        product=np.where(offered, product, -1), intent=np.where(offered, SALES, SERVICE),
        reason=reason, outcome=outcome, start=start, end=start + talk(rng, outcome),
    )  # fmt: skip
    sold = offered & (outcome == ACCEPTED)
    return person[sold], product[sold], day[sold]


def answers_to_messages(rng: np.random.Generator, book: ContactBook) -> None:
    """Some ring back the day a message came, most of them in the evening, when the centre is shut."""
    blocks = [b for b in book.blocks if len(b["person"]) and b["channel"][0] == SMS]
    for block in blocks:
        called = np.flatnonzero(
            (block["outcome"] == DELIVERED) & (rng.random(len(block["person"])) < 0.06)
        )
        size = len(called)
        evening = rng.random(size) < EVENING_SHARE
        day = block["start"][called] // DAY_MS
        sent = block["start"][called] % DAY_MS // 1000
        rest = sent + (rng.random(size) * np.maximum(19 * 3600 - sent, 60)).astype(np.int64)
        second = np.where(evening, rng.integers(19 * 3600, 20 * 3600, size), rest)
        shut = second >= CLOSES * 3600
        outcome = np.where(shut, UNRESOLVED, RESOLVED)
        start = day * DAY_MS + second * 1000
        end = start + np.where(shut, 20_000, talk(rng, outcome))
        book.add(
            block["person"][called], campaign=block["campaign"][called], direction=INBOUND,
            channel=PHONE, agent=np.where(shut, -1, block["person"][called] % 6), intent=SERVICE,
            reason=REASONS.index("question"), outcome=outcome, start=start, end=end,
        )  # fmt: skip


@dataclass
class Complaints:
    """Complaints of one period."""

    person: np.ndarray
    cause: np.ndarray
    severity: np.ndarray
    opened: np.ndarray
    closed: np.ndarray


def complaints(
    rng: np.random.Generator, book: ContactBook, rate: np.ndarray, period: Period
) -> Complaints:
    """Draw complaints; each is followed by a service call the next days."""
    person = np.flatnonzero(rng.random(len(rate)) < rate * period.share)
    size = len(person)
    day = rng.integers(period.first, period.last + 1, size)
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
        rng.choice(5, size, p=[0.35, 0.25, 0.2, 0.08, 0.12]),
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
    """Contacts that made somebody withdraw consent: (row, extra contacts before it, hazard) of all."""
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
    """A few rate the contact; an unresolved problem costs about two points of five."""
    reached = np.isin(contacts["outcome"], (ACCEPTED, REFUSED, UNDECIDED, RESOLVED, UNRESOLVED))
    row = np.flatnonzero(reached & (rng.random(len(reached)) < 0.08))
    size = len(row)
    bad = contacts["outcome"][row] == UNRESOLVED
    share = np.clip(rng.normal(np.where(bad, 0.4, 0.8), 0.18, size), 0, 1)
    top = np.where(rng.random(size) < 0.7, 5, 10)
    at = contacts["end"][row] + rng.integers(60, 3600, size) * 1000
    midnight = (contacts["start"][row] // DAY_MS + 1) * DAY_MS - 1000
    return {
        "row": row,
        "score": np.maximum(1, np.round(share * top)).astype(np.int64),
        "scale": top,
        "at": np.minimum(at, midnight),
    }
