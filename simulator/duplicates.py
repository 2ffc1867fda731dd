"""Second CRM records of one person: some share strong evidence, others only look alike.

What does not belong here: names damaged on the only record (damage.py); different people who look
alike (sharing.py).
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.people import DUPLICATE_SHARE, People
from simulator.randomness import pick, stream

KINDS = ("only", "same_id", "same_phone_and_name", "damaged_name", "new_phone", "swapped_birth",
         "mistyped_id")  # fmt: skip
ONLY, SAME_ID, SAME_PHONE_AND_NAME, DAMAGED_NAME, NEW_PHONE, SWAPPED_BIRTH, MISTYPED_ID = range(7)
KEEPS_PHONE = (ONLY, SAME_PHONE_AND_NAME, DAMAGED_NAME)
LOOK_ALIKE_SHARE = 0.025
"""Consumers whose second record shares no strong evidence with the first."""
ID_ON_SECOND_ONLY = 0.3
"""Of the look-alikes: the first record lacks the id number instead of the second."""


@dataclass(frozen=True)
class Second:
    """Second records: whose, of which kind, and where the id number is missing."""

    person: np.ndarray
    kind: np.ndarray
    has_id: np.ndarray
    first_has_id: np.ndarray


def second_records(people: People, seed: int, may_have: np.ndarray) -> Second:
    """Draw who among `may_have` has a second record."""
    rng, size = stream(seed, "duplicates"), len(may_have)
    kind = np.where(rng.random(size) < 0.5, SAME_ID, SAME_PHONE_AND_NAME)
    look_alike = DAMAGED_NAME + pick(rng, [3, 3, 2, 2], size)
    look_alike = np.where(
        (look_alike == SWAPPED_BIRTH) & ~_is_swappable(people.birth[may_have]),
        NEW_PHONE, look_alike,
    )  # fmt: skip
    fate = rng.random(size)
    strong = fate < DUPLICATE_SHARE
    alike = ~strong & (fate < DUPLICATE_SHARE + LOOK_ALIKE_SHARE) & (people.party[may_have] == 0)
    chosen = strong | alike
    kind = np.where(alike, look_alike, kind)[chosen]
    other_way = (rng.random(len(kind)) < ID_ON_SECOND_ONLY) & np.isin(
        kind, (DAMAGED_NAME, NEW_PHONE)
    )
    return Second(
        may_have[chosen],
        kind.astype(np.int8),
        has_id=np.isin(kind, (SAME_ID, MISTYPED_ID)) | other_way,
        first_has_id=~other_way,
    )


def _month_and_day(birth: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    day = birth.astype("datetime64[D]")
    month = day.astype("datetime64[M]")
    year = day.astype("datetime64[Y]")
    return (
        year,
        (month - year.astype("datetime64[M]")).astype(int) + 1,
        (day - month).astype(int) + 1,
    )


def _is_swappable(birth: np.ndarray) -> np.ndarray:
    _, month, day = _month_and_day(birth)
    return (day <= 12) & (day != month)


def swapped(birth: np.ndarray) -> np.ndarray:
    """Day and month of birth in each other's place."""
    year, month, day = _month_and_day(birth)
    moved = year.astype("datetime64[M]") + (day - 1)
    return (moved.astype("datetime64[D]") + (month - 1)).astype(int).astype(np.int32)


def mistyped(id_number: pa.Array) -> pa.Array:
    """One digit of the running number wrong; the check digit shows it."""
    wrong = pc.utf8_slice_codeunits(id_number, 14, 15).cast(pa.int8())
    wrong = pa.array((wrong.to_numpy() + 1) % 10).cast(pa.string())
    head, tail = (pc.utf8_slice_codeunits(id_number, *cut) for cut in ((0, 14), (15, 18)))
    return pc.binary_join_element_wise(head, wrong, tail, "")
