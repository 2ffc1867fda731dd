"""Customers call: with problems, in answer to messages; agents offer what they like.

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
    OPENS,
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
    waits,
)  # fmt: skip
from simulator.periods import DAY_MS, Period
from simulator.randomness import pick_rows, repeat_index, stream

TASTE_SHARES = (0.1, 0.9)
"""Share of an agent's inbound offers that follow personal taste instead of the list: the range."""
INBOUND_OFFERS = np.array([products.INDEX[p] for p in ("SEC1", "TVS1", "VID1", "CLO1", "DEV1")])
OFFER_SHARE, PUSHED_OFFER_SHARE = 0.2, 0.45
"""Calls of a suitable kind in which agents offer something, before and after the incentive."""
RESOLVED_SHARE, PUSHED_RESOLVED_SHARE = 0.84, 0.76
EVENING_SHARE = 0.45
"""Share of calls in answer to a message that come between 19 and 20 h."""


@dataclass(frozen=True)
class Taste:
    """One entry per agent."""

    product: np.ndarray
    """What the agent likes to offer (index into the catalogue)."""
    share: np.ndarray
    """Of the offers, how many follow the liking."""

    def __len__(self) -> int:
        """Number of agents."""
        return len(self.product)


def agent_taste(seed: int, people: int) -> Taste:
    """What each agent likes to offer, and how much."""
    rng, size = stream(seed, "agents"), agents_of(people)
    liked = INBOUND_OFFERS[rng.integers(0, len(INBOUND_OFFERS), size)]
    return Taste(liked, rng.permutation(np.linspace(*TASTE_SHARES, size)))


def inbound(
    rng: np.random.Generator,
    book: ContactBook,
    rate: np.ndarray,
    mood: np.ndarray,
    interest: np.ndarray,
    taste: Taste,
    period: Period,
    pushed_from: int,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """People call; returns (person, product, day) of offers accepted on the line.

    From `pushed_from` on agents are paid for sales: they offer more and solve less.
    """
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
    pushed = day >= pushed_from
    solves = np.where(pushed, PUSHED_RESOLVED_SHARE, RESOLVED_SHARE)
    outcome = np.where(rng.random(size) < solves, RESOLVED, UNRESOLVED)
    offers = np.where(pushed, PUSHED_OFFER_SHARE, OFFER_SHARE)
    offered = (outcome == RESOLVED) & np.isin(reason, (0, 3, 6)) & (rng.random(size) < offers)
    free = INBOUND_OFFERS[rng.integers(0, len(INBOUND_OFFERS), size)]
    product = np.where(rng.random(size) < taste.share[agent], taste.product[agent], free)
    answer = np.array([ACCEPTED, REFUSED, UNDECIDED])[
        np.searchsorted([0.07, 0.75], rng.random(size))
    ]
    outcome = np.where(offered, answer, outcome)
    start = office_time(rng, day, OPENS, CLOSES)
    book.add(
        person, direction=INBOUND, channel=channel, agent=np.where(channel == APP, -1, agent),
        product=np.where(offered, product, -1), advised=np.where(offered, free, -1),
        intent=np.where(offered, SALES, SERVICE),
        reason=reason, outcome=outcome, start=start, end=start + talk(rng, outcome),
        wait=np.where(channel == PHONE, waits(rng, start), -1),
    )  # fmt: skip
    sold = offered & (outcome == ACCEPTED)
    return person[sold], product[sold], day[sold]


def answers_to_messages(rng: np.random.Generator, book: ContactBook) -> int:
    """Some ring back the day a message came; returns how many met a centre that was shut."""
    lost = 0
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
            wait=np.where(shut, -1, waits(rng, start)),
        )  # fmt: skip
        lost += int(shut.sum())
    return lost
