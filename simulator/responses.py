"""The planted probabilities: known logistic functions of what was observable before the contact.

This file is the answer sheet of the two models: change a coefficient here and every truth file
follows. What does not belong here: drawing from the probabilities.
"""

from dataclasses import dataclass

import numpy as np

from simulator.history import History
from simulator.people import People
from simulator.randomness import logit, sigmoid

SIMILAR_FACTOR = 0.2
"""Who already has something similar accepts with this share of the probability."""
RETENTION_EFFECT = -0.9
"""What a retention call does to the log-odds of leaving within the month."""
SHOCK_BUYS, QUIET_BUYS = 0.25, 0.004
"""Wealth purchase in the month after an abnormal inflow, and otherwise."""
CONTROL_SHARE = 0.12
"""Without a call, this share of the treated probability buys anyway."""


@dataclass
class Snapshot:
    """What is known of every person on the eve of a period."""

    people: People
    history: History
    day: int
    held: np.ndarray
    """person x family"""
    fee: np.ndarray
    """Monthly fee of all subscriptions, fen."""
    is_monthly: np.ndarray
    """True when the main line has no minimum term."""
    is_active: np.ndarray
    fibre_fee: np.ndarray

    @property
    def tenure_years(self) -> np.ndarray:
        """Years since joining; 0 for those who have not."""
        return np.maximum(self.day - self.people.joined.astype(np.int64), 0) / 365.25


def _age_bands(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    age = snapshot.people.age(snapshot.day)
    return age < 24, (age >= 24) & (age <= 35)


def up_sell(snapshot: Snapshot, owns_similar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(new fibre line within 30 days) when called, and when not."""
    history, tier = snapshot.history, snapshot.people.tier
    young, prime = _age_bands(snapshot)
    score = (
        -3.0
        + 0.95 * np.log1p(history.product_views)
        + 0.75 * (np.log1p(history.data_gb) - 1.5)
        + 0.65 * (np.log(np.maximum(snapshot.fee, 2000) / 100) - 4.7)
        + 0.1 * young
        + 0.8 * prime
        - 0.12 * np.minimum(snapshot.tenure_years, 10)
        - 0.8 * np.minimum(history.refusals, 3)
        + 0.25 * (tier == 1)
        - 0.25 * (tier == 3)
        # publicity first: only then do the second-tier cities overtake the first
        + np.where(history.informed, np.where(tier == 2, 1.1, 0.1), 0)
    )
    treated = sigmoid(score) * np.where(owns_similar, SIMILAR_FACTOR, 1)
    return treated, CONTROL_SHARE * treated


def cross_sell(snapshot: Snapshot, owns_similar: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """P(new subscription of the offered family within 30 days) when offered, and when not."""
    history = snapshot.history
    young, prime = _age_bands(snapshot)
    score = (
        -3.6
        + 0.55 * np.log1p(history.product_views)
        + 0.5 * prime
        - 0.3 * young
        - 0.4 * np.minimum(history.refusals, 3)
    )
    treated = sigmoid(score) * np.where(owns_similar, SIMILAR_FACTOR, 1)
    return treated, 0.25 * treated


def acquisition(snapshot: Snapshot) -> tuple[np.ndarray, np.ndarray]:
    """P(joins within the month) of a prospect when asked, and when not."""
    treated = sigmoid(-2.6 + 0.5 * np.log1p(snapshot.history.product_views))
    return treated, 0.35 * treated


def leaving(snapshot: Snapshot, share: float) -> np.ndarray:
    """Hazard of ending every subscription within the period, without a retention call."""
    history = snapshot.history
    score = (
        -5.0
        + 1.4 * np.minimum(history.recent_complaints, 3)
        + 1.0 * np.minimum(history.recent_late, 3)
        + 1.2 * snapshot.is_monthly
        + 1.6 * np.log1p(history.cancel_views)
        + 0.4 * np.log1p(history.help_views)
        + 2.1 * history.drop
        + 0.5 * (snapshot.fibre_fee > 15_000)
        - 0.1 * np.minimum(snapshot.tenure_years, 8)
    )
    return np.where(snapshot.is_active, sigmoid(score) * share, 0)


def leaving_when_called(hazard: np.ndarray) -> np.ndarray:
    """The same hazard after a retention call."""
    safe = np.clip(hazard, 1e-9, 1 - 1e-9)
    return np.where(hazard > 0, sigmoid(logit(safe) + RETENTION_EFFECT), 0)
