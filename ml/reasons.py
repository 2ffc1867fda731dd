"""Why a score is high, in the words of the indicator catalogue.

A reason is a measure (all windows of one indicator together) that raises the customer's log-odds
above the average (`attribution.py`), and whether its value is high, low or unknown beside the
median of those the model was calibrated on. A measure of which one indicator is sensitive is never
a reason. What does not belong here: how much a feature adds.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from ml.features import Feature
from warehouse.layouts.scores import REASONS

if TYPE_CHECKING:
    from ml.estimators import Fitted

SHOWN = 3
LEAST = 0.05
"""Log-odds: what moves the odds by less than a twentieth is no reason."""
STATES = {
    "high": "高",
    "low": "低",
    "typical": "居中",
    "unknown": "未知",
    "yes": "是",
    "no": "否",
}
"""English and Chinese; the position is the state's number."""
NAMES = tuple(STATES)
FLAG = 0
"""Aggregation digit of an indicator's code."""
NONE = -1


@dataclass(frozen=True)
class Reasons:
    """What may be a reason of one model: a feature of each measure that is not sensitive."""

    members: list[list[int]]
    """Per measure the positions of its features."""
    shown: list[int]
    """Per measure the position of the feature that stands for it."""
    features: list[Feature]
    usual: np.ndarray
    """Median per feature."""

    def top(self, added: np.ndarray, matrix: np.ndarray) -> np.ndarray:
        """Return per row the numbers of its strongest reasons, best first, NONE where too weak.

        Args:
            added: Log-odds per row and feature.
            matrix: The features themselves.
        """
        rows = len(matrix)
        if not self.members:
            return np.full((rows, SHOWN), NONE)
        pushed = np.empty((rows, len(self.members)), order="F")
        for place, members in enumerate(self.members):
            pushed[:, place] = added[:, members].sum(axis=1)
        best = np.argsort(-pushed, axis=1, kind="stable")[:, :SHOWN]
        strength = np.take_along_axis(pushed, best, axis=1)
        numbers = best * len(NAMES) + self._states(matrix, best)
        numbers = np.where(strength >= LEAST, numbers, NONE)
        return np.pad(numbers, ((0, 0), (0, SHOWN - best.shape[1])), constant_values=NONE)

    def texts(self, numbers: np.ndarray) -> dict[str, pa.Array]:
        """Return the three columns of the scores: codes, English, Chinese."""
        size = len(self.members) * len(NAMES) + 1
        keys = ((numbers + 1) * np.array([size**2, size, 1])).sum(axis=1)
        _, first, place = np.unique(keys, return_index=True, return_inverse=True)
        chosen = [
            [self._named(number) for number in numbers[row] if number != NONE] for row in first
        ]
        index = pa.array(place.astype(np.int32))
        columns = {}
        for part, (name, mark) in enumerate(zip(REASONS, (";", "; ", "；"), strict=True)):
            words = [mark.join(named[part] for named in row) or None for row in chosen]
            columns[name] = pa.array(words, pa.string()).take(index)
        return columns

    def _states(self, matrix: np.ndarray, best: np.ndarray) -> np.ndarray:
        shown = np.array(self.shown)[best]
        value = np.take_along_axis(matrix, shown, axis=1)
        usual = self.usual[shown]
        is_flag = np.array([f.code // 100 % 10 == FLAG for f in self.features])[shown]
        state = np.where(value > usual, 0, np.where(value < usual, 1, 2))
        state = np.where(is_flag, np.where(value > 0, 4, 5), state)
        return np.where(np.isnan(value), 3, state)

    def _named(self, number: int) -> tuple[str, str, str]:
        measure, state = divmod(int(number), len(NAMES))
        feature, name = self.features[self.shown[measure]], NAMES[state]
        return (
            f"{feature.name}:{name}",
            f"{feature.label_en}: {name}",
            f"{feature.label_zh}：{STATES[name]}",
        )


def prepare(features: list[Feature], card: dict[str, Any]) -> Reasons:
    """Return what may be a reason, from the features of a model and what its card says of them."""
    facts = {entry["name"]: entry for entry in card["features"]}
    members: dict[int, list[int]] = {}
    for position, feature in enumerate(features):
        members.setdefault(feature.code // 1000, []).append(position)
    told = [
        places for places in members.values() if not any(features[p].is_sensitive for p in places)
    ]
    weight = [facts[feature.name]["weight"] for feature in features]
    return Reasons(
        told,
        [max(places, key=lambda place: weight[place]) for places in told],
        features,
        np.array([_number(facts[feature.name]["median"]) for feature in features]),
    )


def explain(fitted: "Fitted", reasons: Reasons, matrix: np.ndarray) -> Iterator[np.ndarray]:
    """Yield the numbers of the reasons of a matrix, some rows at a time."""
    from ml import attribution

    for start in range(0, len(matrix), attribution.CHUNK):
        rows = matrix[start : start + attribution.CHUNK]
        yield reasons.top(attribution.contributions(fitted, rows), rows)


def _number(value: float | None) -> float:
    return np.nan if value is None else value
