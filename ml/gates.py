"""What a model must pass before it is stored.

A red gate raises; `train.py` turns that into a result that names the reason, and the champion
stays. What does not belong here: how the figures are computed (`metrics.py`, `stability.py`) and
whether the model replaces the champion (`contest.py`).
"""

from typing import Any

import numpy as np

from ml import metrics
from ml.split import TrainingSet
from warehouse.errors import RapportError

RED = {f"RP-40{number:02d}" for number in (1, 2, 5, 6, 7, 8, 10, 11)}
SINGLE_AUC = 0.95
"""No honest indicator ranks this well on its own; a column from the future does."""
TEST_AUC = 0.98
LEAST_AUC = 0.52
LEVEL_TOLERANCE = 0.5
"""Predictions may miss by half of the observed share, at most five points, beyond chance."""


def feature_aucs(data: TrainingSet) -> dict[str, float]:
    """Return each feature's own AUC on the fit rows, missing ranked lowest, direction ignored."""
    matrix, label = data.of("fit")
    filled = np.where(np.isnan(matrix), -np.inf, matrix)
    found = [metrics.auc(label, filled[:, position]) for position in range(filled.shape[1])]
    return {
        feature.name: max(value, 1 - value)
        for feature, value in zip(data.features, found, strict=True)
    }


def no_single_leak(offer: str, aucs: dict[str, float]) -> None:
    """Refuse data in which one feature already knows the outcome.

    Raises:
        RapportError: RP-4002 with the feature's name.
    """
    worst = max(aucs, key=lambda name: (aucs[name], name))
    if aucs[worst] > SINGLE_AUC:
        raise RapportError("RP-4002", offer=offer, feature=worst, auc=f"{aucs[worst]:.3f}")


def good_on_test(offer: str, aucs: dict[str, float], test: dict[str, Any]) -> None:
    """Refuse a model that is too good to be true, useless, or wrong about its own probabilities.

    Raises:
        RapportError: RP-4002, RP-4007 or RP-4006.
    """
    if test["auc"] > TEST_AUC:
        suspect = max(aucs, key=lambda name: (aucs[name], name))
        raise RapportError("RP-4002", offer=offer, feature=suspect, test_auc=f"{test['auc']:.3f}")
    if test["auc"] < LEAST_AUC:
        raise RapportError("RP-4007", offer=offer, test_auc=f"{test['auc']:.3f}")
    allowed = min(0.05, LEVEL_TOLERANCE * test["observed"]) + 2 * test["calibration_noise"]
    if test["calibration_error"] > allowed:
        raise RapportError(
            "RP-4006",
            offer=offer,
            calibration_error=f"{test['calibration_error']:.4f}",
            allowed=f"{allowed:.4f}",
        )


def steady(offer: str, test: dict[str, Any]) -> None:
    """Refuse a model whose best tenth may be luck, or whose scores have already moved.

    Raises:
        RapportError: RP-4010 or RP-4011.
    """
    low, high = test["top_decile_interval"]
    if low <= 1:
        raise RapportError("RP-4010", offer=offer, lift=f"{low:.2f} to {high:.2f}")
    if test["score_drift"] > test["score_drift_allowed"]:
        raise RapportError("RP-4011", offer=offer, drift=f"{test['score_drift']:.2f}")
