"""Who lives in the world: consumers, businesses, government bodies, and what is fixed about them.

What does not belong here: how systems record them (records.py), and what they are seen to do
(history.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator import names, regions
from simulator.periods import FAR
from simulator.randomness import pick, stream

PARTIES = ("C", "B", "G")
OCCUPATIONS = ("student", "clerk", "professional", "civil_servant", "business", "worker", "farmer",
               "retired")  # fmt: skip
DUPLICATE_SHARE = 0.02
WALLET_SHARE = 0.30


@dataclass
class People:
    """One entry per party; dates as day numbers."""

    party: np.ndarray
    is_female: np.ndarray
    birth: np.ndarray
    region: np.ndarray
    industry: np.ndarray
    occupation: np.ndarray
    marital: np.ndarray
    dependents: np.ndarray
    registered: np.ndarray
    """First day known to CRM (a prospect is registered before it joins)."""
    joined: np.ndarray
    """First day as a customer; FAR for a prospect."""
    has_crm: np.ndarray
    has_wallet: np.ndarray
    wallet_opened: np.ndarray
    bill_day: np.ndarray
    method: np.ndarray
    is_prepaid: np.ndarray
    is_paperless: np.ndarray
    # lasting traits nobody exports
    web_affinity: np.ndarray
    activity: np.ndarray
    lateness: np.ndarray
    is_polite: np.ndarray

    def __len__(self) -> int:
        """Number of people."""
        return len(self.party)

    @property
    def tier(self) -> np.ndarray:
        """Market tier of the place of residence."""
        return regions.TIER[self.region]

    def age(self, day: int) -> np.ndarray:
        """Age in years on a day; NaN for organisations."""
        return np.where(self.party == 0, (day - self.birth) / 365.25, np.nan)


METHODS = ("auto_bank", "auto_card", "e_check", "mailed_check", "mobile_wallet", "cash")


def make_people(size: int, seed: int, first: int, last: int) -> People:
    """Draw the population of a world that runs from day `first` to day `last`."""
    rng = stream(seed, "people")
    party = pick(rng, [0.88, 0.10, 0.02], size)
    consumer = party == 0
    age = np.clip(rng.gamma(6.5, 6.3, size) + 2, 18, 88)
    birth = (first - age * 365.25 - rng.integers(0, 30, size)).astype(np.int32)
    marital = np.where(
        age < 24, pick(rng, [0.85, 0.1, 0.05], size), pick(rng, [0.25, 0.7, 0.05], size)
    )
    occupation = pick(rng, [0, 20, 14, 8, 14, 22, 12, 0.01], size)
    occupation = np.where(age < 23, 0, np.where(age > 62, 7, occupation))
    # 78% are customers at the start, 16% join while the world runs, the rest stay prospects
    tenure = np.minimum(rng.gamma(1.3, 1100, size), 3600).astype(np.int32) + 20
    arrival = rng.integers(first, last + 1, size)
    fate = pick(rng, [0.78, 0.16, 0.06], size)
    joined = np.choose(fate, [first - tenure, arrival, np.full(size, FAR)]).astype(np.int32)
    known = np.where(fate == 0, joined, first - rng.integers(1, 400, size))
    known = np.where((fate == 1) & (rng.random(size) < 0.7), joined, known)
    has_wallet = consumer & (rng.random(size) < WALLET_SHARE) & (fate < 2)
    wallet_lag = rng.integers(0, 400, size)
    wallet_opened = np.where(has_wallet, joined.astype(np.int64) + wallet_lag, FAR)
    spread = rng.integers(1, 29, size)
    return People(
        party=party,
        is_female=rng.random(size) < 0.5,
        birth=birth,
        region=pick(rng, regions.SHARE, size),
        industry=np.where(consumer, -1, rng.integers(0, len(names.TRADES), size)),
        occupation=np.where(consumer, occupation, -1),
        marital=np.where(consumer, marital, -1),
        dependents=np.where(consumer, rng.poisson(np.where(marital == 1, 1.1, 0.1)), 0),
        registered=known.astype(np.int32),
        joined=joined,
        has_crm=(rng.random(size) > 0.01) | (fate == 2),
        has_wallet=has_wallet,
        wallet_opened=np.minimum(wallet_opened, FAR).astype(np.int32),
        bill_day=np.where(rng.random(size) < 0.6, rng.integers(1, 6, size), spread),
        method=pick(rng, [25, 18, 14, 8, 27, 8], size),
        is_prepaid=consumer & (rng.random(size) < 0.25),
        is_paperless=rng.random(size) < 0.7,
        web_affinity=rng.gamma(0.9, 1.1, size),
        activity=rng.lognormal(0, 0.45, size),
        lateness=rng.normal(0, 1, size),
        is_polite=rng.random(size) < 0.07,
    )
