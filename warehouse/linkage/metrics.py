"""How well a grouping of records agrees with the truth: pairs, whole clusters, B-cubed.

What does not belong here: linking.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Quality:
    """Precision and recall of some unit of counting."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Harmonic mean of the two."""
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(found: Sequence[object], truth: Sequence[object]) -> Quality:
    """Of pairs said to be one person, how many are; of pairs that are, how many were said."""
    both = _pairs(Counter(zip(found, truth, strict=True)).values())
    return _quality(both, _pairs(Counter(found).values()), _pairs(Counter(truth).values()))


def pairs_of(found: set[tuple[int, int]], truth: set[tuple[int, int]]) -> Quality:
    """The same for pairs that are listed, as where links run across two files only."""
    return _quality(len(found & truth), len(found), len(truth))


def clusters(found: Sequence[object], truth: Sequence[object]) -> Quality:
    """Of the clusters of two and more, how many are right to the last record."""
    ours, theirs = _groups(found), _groups(truth)
    return _quality(len(ours & theirs), len(ours), len(theirs))


def b_cubed(found: Sequence[object], truth: Sequence[object]) -> Quality:
    """Per record, how much of its cluster belongs there and how much of its person is there."""
    overlap = Counter(zip(found, truth, strict=True))
    ours, theirs = Counter(found), Counter(truth)
    size = len(found)
    return Quality(
        sum(n * n / ours[cluster] for (cluster, _), n in overlap.items()) / size,
        sum(n * n / theirs[person] for (_, person), n in overlap.items()) / size,
    )


def grouped(size: int, pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Label records 0 to size - 1 by the connected component that pairs put them in."""
    label = list(range(size))

    def root(of: int) -> int:
        while label[of] != of:
            label[of] = of = label[label[of]]
        return of

    for low, high in pairs:
        one, other = sorted((root(low), root(high)))
        label[other] = one
    return [root(record) for record in range(size)]


def _groups(labels: Sequence[object]) -> set[frozenset[int]]:
    members: dict[object, list[int]] = {}
    for record, label in enumerate(labels):
        members.setdefault(label, []).append(record)
    return {frozenset(group) for group in members.values() if len(group) > 1}


def _pairs(sizes: Iterable[int]) -> int:
    return sum(size * (size - 1) // 2 for size in sizes)


def _quality(right: int, said: int, true: int) -> Quality:
    return Quality(right / said if said else 1.0, right / true if true else 1.0)
