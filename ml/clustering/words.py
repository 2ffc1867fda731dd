"""What makes a cluster different, in words of two languages: the text of its card.

What does not belong here: sizes (dbt counts and hides small ones), sensitive indicators.
"""

from dataclasses import dataclass

import numpy as np

from ml.clustering.store import Accepted

TELLING = 0.4
"""Robust z from which a mean difference is worth a word; Cohen (1988): .2 is small, .5 medium."""
MUCH = 1.0
MOST_WORDS = 4
WORDS = {
    "far_above": ("far above most", "远高于一般"),
    "above": ("above most", "高于一般"),
    "far_below": ("far below most", "远低于一般"),
    "below": ("below most", "低于一般"),
    "alike": ("like most", "与一般相近"),
}


@dataclass(frozen=True)
class Difference:
    """How far the centre of a cluster lies from everybody's mean, in robust z."""

    indicator: str
    z: float

    @property
    def word(self) -> str:
        """Key into WORDS."""
        if abs(self.z) < TELLING:
            return "alike"
        side = "above" if self.z > 0 else "below"
        return f"far_{side}" if abs(self.z) >= MUCH else side


def differences(accepted: Accepted) -> dict[int, list[Difference]]:
    """Return for each cluster all indicators, the most telling first."""
    found = {}
    for number, centre in zip(accepted.numbers, accepted.centres, strict=True):
        gaps = np.round(centre - accepted.mean, 4)
        rows = [Difference(*pair) for pair in zip(accepted.space.names, gaps.tolist(), strict=True)]
        found[number] = sorted(rows, key=lambda row: (-abs(row.z), row.indicator))
    return dict(sorted(found.items()))


def summary(rows: list[Difference], labels: dict[str, tuple[str, str]]) -> tuple[str, str]:
    """Return the card's sentence in English and Chinese; `labels` are those of the indicators."""
    said = [row for row in rows if row.word != "alike"][:MOST_WORDS]
    if not said:
        return WORDS["alike"]
    parts: tuple[list[str], list[str]] = ([], [])
    for word in WORDS:
        named = [labels[row.indicator] for row in said if row.word == word]
        if named:
            parts[0].append(f"{WORDS[word][0]}: {', '.join(en for en, _ in named)}")
            parts[1].append(f"{WORDS[word][1]}：{'、'.join(zh for _, zh in named)}")
    return "; ".join(parts[0]), "；".join(parts[1])
