"""Whether a model's promise holds from month to month: its best tenth, and its scores as a whole.

What does not belong here: what is steady enough (`gates.py`), drift of features (`screening.py`).
"""

from typing import Any

import numpy as np

from ml import bootstrap, metrics, screening
from ml.split import TrainingSet

LEAST_POSITIVES = 10
"""Of a month: below that its lift is noise."""


def summary(data: TrainingSet, raw: dict[str, np.ndarray], p: np.ndarray) -> dict[str, Any]:
    """Return the figures of stability that a card adds to those of the hold-out.

    Args:
        data: Rows the model was judged on.
        raw: The estimator's probabilities of the later parts.
        p: Calibrated probabilities of the test rows.
    """
    rows = data.rows("test")
    chance = screening.BINS * (1 / len(raw["calibrate"]) + 1 / len(raw["test"]))
    inside = best_tenth(p, raw["test"])
    return {
        "top_decile_interval": list(
            bootstrap.lift_interval(data.label[rows], inside, data.block[rows])
        ),
        "score_drift": screening.stability_index(raw["calibrate"], raw["test"]),
        "score_drift_allowed": screening.DRIFT + 2 * chance,
        "months": [
            month for part in ("calibrate", "test") for month in _months(data, part, raw[part])
        ],
    }


def best_tenth(*scores: np.ndarray) -> np.ndarray:
    """Return which rows are in the first decile; later scores break ties."""
    order = metrics.best_first(*scores)
    rows = len(order)
    inside = np.zeros(rows, bool)
    inside[order] = metrics.decile_of(np.arange(1, rows + 1), rows) == 1
    return inside


def _months(data: TrainingSet, part: str, raw: np.ndarray) -> list[dict[str, Any]]:
    rows = data.rows(part)
    day, label = data.day[rows], data.label[rows]
    found = []
    for month in np.unique(day):
        here = day == month
        if label[here].sum() >= LEAST_POSITIVES:
            tenth = label[here][best_tenth(raw[here])]
            found.append(
                {
                    "as_of_date": str(month.astype("datetime64[D]")),
                    "part": part,
                    "rows": int(here.sum()),
                    "positives": int(label[here].sum()),
                    "lift": float(tenth.mean() / label[here].mean()),
                }
            )
    return found
