"""Who subscribes to what and from when to when; the starter bundle of a new customer.

What does not belong here: why somebody buys or leaves (campaigns.py, purchases.py, churn.py).
"""

from dataclasses import dataclass, field
from functools import partial

import numpy as np

from simulator import products
from simulator.people import People
from simulator.periods import FAR
from simulator.randomness import pick

WALLET = products.FAMILY_INDEX["wallet"]
VOICE = products.FAMILY_INDEX["voice"]
BROADBAND = products.FAMILY_INDEX["broadband"]
FIBRE = products.FAMILY_INDEX["fibre"]


@dataclass
class Subscriptions:
    """Parallel arrays; the row number is the subscription number."""

    person: np.ndarray = field(default_factory=partial(np.empty, 0, np.int32))
    product: np.ndarray = field(default_factory=partial(np.empty, 0, np.int16))
    contract: np.ndarray = field(default_factory=partial(np.empty, 0, np.int16))
    fee: np.ndarray = field(default_factory=partial(np.empty, 0, np.int64))
    start: np.ndarray = field(default_factory=partial(np.empty, 0, np.int32))
    end: np.ndarray = field(default_factory=partial(np.empty, 0, np.int32))

    def __len__(self) -> int:
        """Number of subscriptions ever begun."""
        return len(self.person)

    def add(
        self,
        person: np.ndarray,
        product: np.ndarray,
        start: np.ndarray,
        contract: np.ndarray | int = 1,
    ) -> np.ndarray:
        """Append subscriptions at list price; returns row numbers. Packs end by themselves."""
        size = len(person)
        rows = np.arange(len(self), len(self) + size)
        product = np.broadcast_to(product, size)
        start = np.broadcast_to(start, size).astype(np.int32)
        fresh = {
            "person": person,
            "product": product,
            "contract": np.broadcast_to(contract, size),
            "fee": products.FEE[product],
            "start": start,
            "end": np.where(products.PACK[product], start + 29, FAR),
        }
        for name, values in fresh.items():
            old = getattr(self, name)
            setattr(self, name, np.concatenate([old, np.asarray(values).astype(old.dtype)]))
        return rows

    @property
    def family(self) -> np.ndarray:
        """Family index of each subscription."""
        return products.FAMILY[self.product]

    def active(self, day: int) -> np.ndarray:
        """Rows in service on a day."""
        return np.flatnonzero((self.start <= day) & (self.end >= day))

    def held(self, day: int, people: int) -> np.ndarray:
        """Matrix person x family: in service on the day."""
        rows = self.active(day)
        matrix = np.zeros((people, len(products.FAMILIES)), bool)
        matrix[self.person[rows], self.family[rows]] = True
        return matrix

    def stop(self, rows: np.ndarray, last_day: np.ndarray) -> None:
        """End subscriptions; never before they began."""
        ended = np.maximum(last_day, self.start[rows])
        self.end[rows] = np.minimum(self.end[rows], ended).astype(np.int32)


def _contract(rng: np.random.Generator, size: int) -> np.ndarray:
    return np.array([1, 12, 24])[pick(rng, [0.45, 0.25, 0.30], size)]


def add_starter_bundles(
    subs: Subscriptions, rng: np.random.Generator, people: People, who: np.ndarray, today: int
) -> None:
    """What people hold when they join, or have come to hold up to `today` if that is earlier."""
    joined = people.joined[who]
    age = np.nan_to_num(people.age(today)[who], nan=40.0)
    party, size = people.party[who], len(who)
    young, old, business = age < 24, age > 35, party > 0
    contract = _contract(rng, size)
    later = joined + (rng.random(size) * np.maximum(today - joined, 1)).astype(np.int64)

    def take(share: np.ndarray | float, product: np.ndarray | str, at: np.ndarray) -> None:
        chosen = rng.random(size) < share
        which = products.INDEX[product] if isinstance(product, str) else product[chosen]
        subs.add(who[chosen], which, at[chosen], contract[chosen])

    # the young spend little, 24-35 carry the market, the older like the premium lines
    plan = np.where(rng.random(size) < np.where(young, 0.15, np.where(old, 0.35, 0.85)), 1, 0)
    plan = np.where(rng.random(size) < np.where(young, 0.02, np.where(old, 0.20, 0.12)), 2, plan)
    voice = np.array([products.INDEX[f"VOI{n}"] for n in (1, 2, 3)])[plan]
    take(np.where(party == 2, 0.8, 0.95), voice, joined)
    access = rng.random(size)
    slow = np.where(later < 18_993, products.INDEX["BRO1"], products.INDEX["BRO2"])
    take(access < np.where(young, 0.3, 0.45), slow, joined)
    fibre = np.where(rng.random(size) < np.where(old, 0.3, 0.08), 1, 0)
    fibre = np.array([products.INDEX[f"FIB{n}"] for n in (1, 2, 3)])[np.where(business, 2, fibre)]
    take(access > 0.82, fibre, later)
    for product, share in (
        ("MUL1", 0.10), ("TVS1", 0.10), ("VID1", 0.09), ("SEC1", 0.06), ("CLO1", 0.05),
        ("DEV1", 0.07), ("SUP1", 0.05),
    ):  # fmt: skip
        take(np.where(business, 0, np.where(young | old, share, 2 * share)), product, later)
    for product, share in (("TVS2", 0.07), ("SUP2", 0.05)):
        take(np.where(old & ~business, share, 0.01), product, later)
    for product, share in (("MUL2", 0.5), ("CLO2", 0.25)):
        take(np.where(business, share, 0), product, later)
    wallet = people.has_wallet[who]
    opened = np.maximum(people.wallet_opened[who], joined)
    subs.add(who[wallet], products.INDEX["WAL1"], opened[wallet])
