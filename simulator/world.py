"""The state of the world: everything that persists from period to period.

What does not belong here: how a subject behaves, in which order subjects act (steps.py), writing.
"""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from simulator import service
from simulator.export import Exporter
from simulator.history import History
from simulator.people import People
from simulator.periods import Period
from simulator.randomness import stream
from simulator.records import Records
from simulator.subscriptions import Subscriptions
from simulator.truth import Truth


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
