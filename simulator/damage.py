"""Whose records are damaged on their way into a system: names, and what the id number contradicts.

Each damaged record stands on the answer sheet. Only people whose records join without the name are
hit, so that finding the damage and finding the person are separate tasks; second records of one
person are damaged in duplicates.py. What does not belong here: how a name is damaged.
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.name_errors import ERRORS, Damage, spoiled
from simulator.randomness import stream

NAME_SHARE = 0.010
"""Of the names in each system."""
CONTRADICTION_SHARE = 0.003
"""Of the CRM records: birth date, sex or id number typed wrong."""
CONTRADICTIONS = ("birth", "sex", "id_number")


class Damaged:
    """Damages the columns of both systems and keeps the list of what was done."""

    def __init__(self, seed: int) -> None:
        """Draw from streams of `seed`."""
        self._seed = seed
        self._done: list[dict[str, object]] = []

    def names(
        self,
        source: str,
        column: pa.Array,
        row: np.ndarray,
        is_female: np.ndarray,
        kinds: tuple[Damage, ...] = ERRORS,
        is_joined: np.ndarray | bool = True,
    ) -> pa.Array:
        """The column with the names in the given rows damaged."""
        rng = stream(self._seed, f"damage {source} {len(self._done)}")
        before = column.take(pa.array(row)).to_pylist()
        done = [spoiled(rng, n, bool(f), kinds) for n, f in zip(before, is_female, strict=True)]
        damages = [damage for damage, _ in done]
        self.note(source, row, [d.code for d in damages], is_joined,
                  [d.is_repaired_by_text for d in damages])  # fmt: skip
        return replaced(column, row, pa.array([text for _, text in done], pa.string()))

    def note(
        self,
        source: str,
        row: np.ndarray,
        codes: list[str],
        is_joined: np.ndarray | bool = True,
        is_repaired: list[bool] | bool = False,
    ) -> None:
        """Remember damage done to records (of CRM) or accounts (of BOSS)."""
        size = len(row)
        self._done.append({
            "is_boss": np.full(size, source == "boss"), "row": row, "code": np.array(codes, str),
            "is_repaired": np.broadcast_to(is_repaired, size),
            "is_joined": np.broadcast_to(is_joined, size),
        })  # fmt: skip

    def closed(self) -> dict[str, np.ndarray]:
        """Everything done, one entry per damaged record."""
        return {k: np.concatenate([d[k] for d in self._done]) for k in self._done[0]}


def replaced(column: pa.Array, rows: np.ndarray, texts: pa.Array) -> pa.Array:
    """The column with other texts in distinct rows."""
    mask = np.zeros(len(column), bool)
    mask[rows] = True
    return pc.replace_with_mask(column, pa.array(mask), texts.take(pa.array(np.argsort(rows))))


def chosen(
    seed: int, may_be_hit: np.ndarray, has_id: np.ndarray, knows_crm: np.ndarray
) -> tuple[np.ndarray, np.ndarray, tuple[np.ndarray, ...]]:
    """Persons whose CRM name, account name, or birth date, sex, id number is damaged; disjoint."""
    rng, size = stream(seed, "damaged people"), len(may_be_hit)
    edges = np.cumsum([NAME_SHARE, NAME_SHARE, *[CONTRADICTION_SHARE / 3] * 3])
    fate = np.searchsorted(edges, rng.random(size), side="right")
    fate[~may_be_hit] = len(edges)
    birth, sex = (np.flatnonzero((fate == n) & has_id) for n in (2, 3))
    return (
        np.flatnonzero(fate == 0),
        np.flatnonzero(fate == 1),
        (birth, sex, np.flatnonzero((fate == 4) & has_id & knows_crm)),
    )
