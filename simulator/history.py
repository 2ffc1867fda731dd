"""What has been seen of each person up to the last period, and the hidden state behind it.

Every planted probability is a function of the observable part only, so that a model that reads the
exports could in principle know it. What does not belong here: the probabilities (responses.py).
"""

from dataclasses import dataclass, field

import numpy as np

from simulator.periods import FAR
from simulator.randomness import stream


@dataclass
class History:
    """One entry per person, rolled forward once a period."""

    people: int
    seed: int
    product_views: np.ndarray = field(init=False)
    cancel_views: np.ndarray = field(init=False)
    help_views: np.ndarray = field(init=False)
    data_gb: np.ndarray = field(init=False)
    usual_gb: np.ndarray = field(init=False)
    complaints: np.ndarray = field(init=False)
    """Last period; `complaints_before` is the one before it."""
    complaints_before: np.ndarray = field(init=False)
    late: np.ndarray = field(init=False)
    late_next: np.ndarray = field(init=False)
    late_before: np.ndarray = field(init=False)
    refusals: np.ndarray = field(init=False)
    informed: np.ndarray = field(init=False)
    shocked: np.ndarray = field(init=False)
    wronged: np.ndarray = field(init=False)
    child_born: np.ndarray = field(init=False)
    """Day of the last birth; FAR without one."""
    allows_phone: np.ndarray = field(init=False)
    allows_sms: np.ndarray = field(init=False)
    left: np.ndarray = field(init=False)
    """True after a churn; such a person does not come back."""
    # hidden
    mood: np.ndarray = field(init=False)
    """Dissatisfaction; drives complaints, cancel pages and falling use before people leave."""
    interest: np.ndarray = field(init=False)
    """Being in the market; drives visits to product pages."""

    def __post_init__(self) -> None:
        """Start without any history and with moods at random."""
        rng = stream(self.seed, "history")
        for name in ("product_views", "cancel_views", "help_views", "complaints", "late",
                     "complaints_before", "late_before", "late_next", "refusals"):  # fmt: skip
            setattr(self, name, np.zeros(self.people, np.int64))
        for name in ("data_gb", "usual_gb"):
            setattr(self, name, np.zeros(self.people))
        for name in ("informed", "shocked", "wronged", "left"):
            setattr(self, name, np.zeros(self.people, bool))
        self.child_born = np.full(self.people, FAR)
        self.allows_phone = rng.random(self.people) < 0.88
        self.allows_sms = rng.random(self.people) < 0.82
        self.mood = rng.normal(0, 0.6, self.people)
        self.interest = rng.normal(0, 0.8, self.people)

    @property
    def recent_complaints(self) -> np.ndarray:
        """Complaints of the last two periods."""
        return self.complaints + self.complaints_before

    @property
    def recent_late(self) -> np.ndarray:
        """Bills that became overdue in the last two periods."""
        return self.late + self.late_before

    @property
    def drop(self) -> np.ndarray:
        """Share by which last period's data use fell short of the usual (0 when it did not)."""
        usual = np.maximum(self.usual_gb, 0.05)
        return np.where(self.usual_gb > 0, np.clip(1 - self.data_gb / usual, 0, 1), 0)

    def roll(self, rng: np.random.Generator, troubled: np.ndarray) -> None:
        """Let mood and interest drift; `troubled` had an unresolved contact or a complaint."""
        shape = self.people
        self.mood = 0.82 * self.mood + rng.normal(0, 0.4, shape) + 0.35 * troubled
        self.interest = 0.6 * self.interest + rng.normal(0, 0.7, shape)
