"""Which indicators may be features of a fit, and why the others may not.

Left out, each with its reason on the card: what says the same of everybody, what has drifted
between the rows to learn from and the latest ones, and what takes values nobody has learnt from.
What does not belong here: leaks, which stop the model (`gates.py`).
"""

import numpy as np

from ml.features import Feature
from ml.split import TrainingSet
from warehouse.errors import RapportError

BINS = 10
DRIFT = 0.25
"""A population stability index above this is called a major shift (Siddiqi 2006)."""
SAMPLE = 5_000
"""Rows of each side a drift is measured on: chance moves it by .004 then."""
CATEGORIES = 12
"""A flag or an ordinal with at most as many values is a set of categories."""
FLAG, ORDINAL = 0, 9
"""Aggregation digits of an indicator's code."""
UNSEEN = 0.01
"""Share of rows with a category nobody learnt from."""


def left_out(data: TrainingSet, chosen: list[Feature]) -> dict[str, str]:
    """Return the reason for every feature that must stay out, by name.

    Raises:
        RapportError: RP-4008 when none is left.
    """
    learnt, label = _sample(data, "fit")
    latest, _ = _sample(data, "test")
    weight = _weights(data, label)
    place = {feature: position for position, feature in enumerate(data.features)}
    reasons = {}
    for feature in chosen:
        column, later = learnt[:, place[feature]], latest[:, place[feature]]
        is_category = feature.code // 100 % 10 in (FLAG, ORDINAL)
        if reason := _reason(column, later, weight, is_category):
            reasons[feature.name] = reason
    if len(reasons) == len(chosen):
        raise RapportError("RP-4008", features=len(chosen))
    return reasons


def stability_index(
    before: np.ndarray, after: np.ndarray, weight: np.ndarray | None = None
) -> float:
    """Return the population stability index of two samples of one number.

    sum over bins of (a - b) ln(a / b), with the tenths of `before` as bins, missing values as one
    more, and half a row added to each, so that an empty bin is no infinity.
    """
    weight = np.ones(len(before)) if weight is None else weight
    cuts = edges(before)
    return index(counts(before, cuts, weight), counts(after, cuts, np.ones(len(after))))


def edges(column: np.ndarray) -> np.ndarray:
    """Return the borders between the tenths of the values that are known."""
    known = column[~np.isnan(column)]
    return np.unique(np.quantile(known, np.arange(1, BINS) / BINS)) if len(known) else known


def counts(column: np.ndarray, cuts: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return how many rows lie between each two borders, and last how many are missing."""
    bins = np.searchsorted(cuts, column, side="left")  # not a number sorts behind everything
    bins[np.isnan(column)] = len(cuts) + 1
    return np.bincount(bins, weight, len(cuts) + 2)


def index(before: np.ndarray, after: np.ndarray) -> float:
    """Return the stability index of counts in the same bins, half a row added to each."""
    expected, actual = ((n + 0.5) / (n + 0.5).sum() for n in (before, after))
    return float(np.sum((actual - expected) * np.log(actual / expected)))


def _reason(column: np.ndarray, later: np.ndarray, weight: np.ndarray, is_category: bool) -> str:
    known = column[~np.isnan(column)]
    values = np.unique(known)
    if len(values) == 0:
        return "all_missing"
    if len(values) == 1 and len(known) == len(column):
        return "constant"
    if is_category and len(values) <= CATEGORIES:
        strange = ~np.isnan(later) & ~np.isin(later, values)
        if strange.mean() > UNSEEN:
            return f"unseen_categories {strange.mean():.2f}"
    chance = BINS * (1 / len(column) + 1 / len(later))  # its mean without any drift
    moved = stability_index(column, later, weight)
    return f"drift {moved:.2f}" if moved > DRIFT + 2 * chance else ""


def _sample(data: TrainingSet, part: str) -> tuple[np.ndarray, np.ndarray]:
    matrix, label = data.of(part)
    step = -(-len(label) // SAMPLE)
    return matrix[::step], label[::step]


def _weights(data: TrainingSet, label: np.ndarray) -> np.ndarray:
    """Undo the thinning of the fit rows, which favours positives; the mean weight is one."""
    negative, positive = data.kept["fit"]
    weight = np.where(label == 1, 1 / positive, 1 / negative)
    return weight / weight.mean()
