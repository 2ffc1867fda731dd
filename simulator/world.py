"""The world lives: one pass over the periods, each subject in turn, files written as it goes.

What was seen in a period becomes the history of the next (the order within one: steps.py). What
does not belong here: how a subject behaves.
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np

from simulator import answers, balances, service, steps
from simulator.export import Exporter
from simulator.history import History
from simulator.layout import layouts
from simulator.people import People, make_people
from simulator.periods import FAR, Period, periods
from simulator.randomness import stream
from simulator.records import Records, make_records
from simulator.sentinels import Placeholders
from simulator.spoil import Spoiler
from simulator.subscriptions import Subscriptions, add_starter_bundles
from simulator.truth import Truth

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class Density:
    """How much of everything a customer leaves behind; one field per bulky table."""

    usage: float = 1.0
    views: float = 1.0
    detailed_bills: bool = True

    @classmethod
    def light(cls) -> "Density":
        """For a million customers: about 20 million page views and 10 million bill lines."""
        return cls(usage=0.3, views=1.0, detailed_bills=False)


@dataclass(frozen=True)
class WorldSummary:
    """What was written."""

    rows: dict[str, int]
    files: dict[str, int]


@dataclass
class World:
    """Everything that persists from period to period."""

    seed: int
    density: Density
    people: People
    records: Records
    subs: Subscriptions
    history: History
    taste: service.Taste
    pushed_from: int
    """Day from which agents are paid for sales."""
    balance: np.ndarray
    exporter: Exporter
    truth: Truth
    account_closed: np.ndarray
    counters: Counter[str] = field(default_factory=Counter)
    campaigns: list = field(default_factory=list)
    audience: np.ndarray = field(default_factory=lambda: np.empty(0, np.int64))
    """Drawn one period ahead, so that half of it can be informed before the sale call."""
    waiting: list = field(default_factory=list)
    """Payments decided on but not yet made."""

    def __len__(self) -> int:
        """Number of people."""
        return len(self.people)

    def rng(self, subject: str, period: Period) -> np.random.Generator:
        """The subject's own random stream in a period."""
        return stream(self.seed, subject, period.index)

    def start_watching(self) -> None:
        """Forget what belongs to bills and numbers of the silent month."""
        self.waiting.clear()
        self.counters.clear()
        self.truth.forget()

    def numbers(self, kind: str, size: int) -> np.ndarray:
        """The next `size` running numbers of a kind."""
        first = self.counters[kind] + 1
        self.counters[kind] += size
        return np.arange(first, first + size)


def write_world(
    landing: Path,
    truth: Path,
    customers: int = 20_000,
    seed: int = 7,
    start: date = date(2025, 10, 1),
    months: int = 13,
    days: int = 7,
    density: Density | None = None,
) -> WorldSummary:
    """Let a world live and write its exports; same arguments, same bytes."""
    plan = list(periods(start, months, days))
    first, last = plan[1].first, plan[-1].last
    sheet = Truth(Path(truth))
    people = make_people(customers, seed, first, last)
    world = World(
        seed=seed,
        density=density or Density(),
        people=people,
        records=make_records(people, seed, last),
        subs=Subscriptions(),
        history=History(customers, seed),
        taste=service.agent_taste(seed, customers),
        pushed_from=plan[1 + 2 * months // 3].first + 14,
        balance=balances.opening_balances(stream(seed, "balances"), people),
        exporter=Exporter(
            Path(landing), layouts(), (Placeholders(seed, sheet), Spoiler(seed, sheet))
        ),
        truth=sheet,
        account_closed=np.full(2 * customers, FAR, np.int32),
    )
    existing = np.flatnonzero(people.joined < first)
    add_starter_bundles(world.subs, stream(seed, "bundles"), people, existing, first - 1)
    for period in plan:
        steps.live(world, period)
        if not period.deliveries:
            world.start_watching()
            continue
        log.info("simulator: delivered up to %s", period.deliveries[-1].business_date)
    answers.note_identity(world, last)
    answers.note_look_alikes(world)
    answers.note_name_errors(world, last)
    answers.note_agents(world)
    answers.note_scalars(world)
    world.truth.write()
    return WorldSummary(dict(world.exporter.rows), dict(world.exporter.files))
