"""Children are born: the CRM learns of one more dependent, and months later the mother needs more.

The seed's story of the milk-powder firm that came back years later, scaled to the length of the
sample. What does not belong here: what else people order (purchases.py).
"""

from __future__ import annotations

import numpy as np

from simulator import products
from simulator.periods import FAR, Period
from simulator.world import World

BIRTHS_A_MONTH = 0.02
"""Of the married women between 20 and 40."""
NEED_BEGINS, NEED_ENDS = 150, 240
"""Days after the birth."""
NEEDED = products.INDEX["CLO1"]
NEED_SHARE = 0.6
"""Of a mother's web orders in that time; others order the product far less."""


def births(world: World, period: Period) -> None:
    """Let children be born; the first file of a record shows no change, so none before it."""
    if period.index < 1:
        return
    rng, people, records = world.rng("births", period), world.people, world.records
    age = people.age(period.first)
    mother = (
        (people.party == 0) & people.is_female & (people.marital == 1) & (records.first_of >= 0)
    )
    mother &= (age > 20) & (age < 40) & (people.registered < period.first)
    mother &= world.history.child_born == FAR
    chance = BIRTHS_A_MONTH * period.share
    born = np.flatnonzero(mother & (rng.random(len(people)) < chance))
    day = rng.integers(period.first, period.last + 1, len(born))
    world.history.child_born[born] = day
    people.dependents[born] += 1
    records.changed[records.first_of[born]] = day
    world.truth.add("births", person=born, day_number=day)


def needs(child_born: np.ndarray, day: np.ndarray) -> np.ndarray:
    """Whether a mother's need has come by a day."""
    age = day.astype(np.int64) - child_born
    return (age >= NEED_BEGINS) & (age < NEED_ENDS)
