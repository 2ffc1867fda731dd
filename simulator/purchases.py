"""What people buy of their own accord: web orders, wealth products, fibre without a call.

E-channel turnover is planted at 75 to 25 between women and men; businesses use the e-channel for
information only. What does not belong here: answers to campaigns.
"""

from dataclasses import dataclass

import numpy as np

from simulator import life_events, products
from simulator.periods import Period
from simulator.randomness import pick

FEMALE_TURNOVER_SHARE = 0.75
ORDER_RATE = 0.085
"""Orders per consumer and month."""
E_PRODUCTS = ("DAT1", "DAT2", "VID1", "SEC1", "CLO1", "SUP1", "ROA1", "TVS2", "SUP2")
_PLAIN = np.array([34, 18, 12, 8, 7, 7, 12, 1, 1], float)
_LUXURY = np.array([12, 16, 8, 7, 7, 6, 16, 16, 12], float)
STATUSES = ("paid", "cancelled", "returned")


@dataclass
class Orders:
    """Web orders of one period."""

    person: np.ndarray
    product: np.ndarray
    amount: np.ndarray
    status: np.ndarray
    day: np.ndarray
    is_app: np.ndarray


def web_orders(
    rng: np.random.Generator,
    buyers: np.ndarray,
    age: np.ndarray,
    is_female: np.ndarray,
    child_born: np.ndarray,
    period: Period,
) -> Orders:
    """Orders of the `buyers`; amounts depend on age, their number on sex."""
    # each sex orders its planted share of the whole, however many of it there are
    women = max(int(is_female.sum()), 1)
    share = np.where(
        is_female,
        FEMALE_TURNOVER_SHARE / women,
        (1 - FEMALE_TURNOVER_SHARE) / max(len(buyers) - women, 1),
    )
    rate = ORDER_RATE * len(buyers) * share
    band = np.where(age < 24, 0.7, np.where(age <= 35, 1.6, 0.8))
    count = rng.poisson(rate * band * period.share)
    person = np.repeat(buyers, count)
    years = np.repeat(age, count)
    size = len(person)
    luxury = (years > 35) & (rng.random(size) < 0.55)
    index = np.where(luxury, pick(rng, list(_LUXURY), size), pick(rng, list(_PLAIN), size))
    product = np.array([products.INDEX[p] for p in E_PRODUCTS])[index]
    day = rng.integers(period.first, period.last + 1, size)
    needed = life_events.needs(np.repeat(child_born, count), day)
    needed &= rng.random(size) < life_events.NEED_SHARE
    product = np.where(needed, life_events.NEEDED, product)
    level = np.where(years < 24, 3.6, np.where(years <= 35, 4.5, 4.2)) + 0.8 * luxury
    return Orders(
        person,
        product,
        np.maximum(np.round(np.exp(level + rng.normal(0, 0.5, size)) * 100), 100).astype(np.int64),
        pick(rng, [0.93, 0.04, 0.03], size),
        day,
        rng.random(size) < 0.5,
    )
