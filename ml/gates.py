"""What a model must pass before it is stored, and when it takes the champion's place.

A red gate raises; `train.py` turns that into a result that names the reason, and the champion
stays. What does not belong here: how the figures are computed (`metrics.py`).
"""

from typing import Any

import numpy as np

from ml import metrics
from ml.split import TrainingSet
from ml.store import StoredModel
from warehouse.errors import RapportError

RED = {"RP-4001", "RP-4002", "RP-4006", "RP-4007", "RP-4008"}
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


def paired(label: np.ndarray, challenger: np.ndarray, champion: np.ndarray) -> dict[str, Any]:
    """Compare two models row by row on the same test rows.

    The challenger wins when its mean log loss is lower by more than one standard error of the
    paired difference: a coin flip must not change who is called.
    """
    gain = metrics.log_losses(label, champion) - metrics.log_losses(label, challenger)
    mean, error = float(gain.mean()), float(gain.std(ddof=1) / np.sqrt(len(gain)))
    return {"promote": mean > error, "log_loss_gain": mean, "standard_error": error}


def decide(
    data: TrainingSet, p_challenger: np.ndarray, champion: StoredModel | None, reason: str
) -> dict[str, Any]:
    """Say whether a challenger that passed its gates becomes champion.

    Args:
        data: Training set whose columns include the champion's features.
        p_challenger: The challenger's probabilities of the test rows.
        champion: The champion, None when there is none that could score.
        reason: Why there is none.
    """
    if champion is None:
        return {"promote": True, "reason": reason, "against": None}
    names = {feature.name: feature for feature in data.features}
    columns = [names[entry["name"]] for entry in champion.card["features"]]
    matrix, label = data.only(columns).of("test")
    p_champion = champion.fitted.calibrated(champion.fitted.raw(matrix))
    result = paired(label, p_challenger, p_champion)
    reason = "better" if result["promote"] else "not_better"
    return {**result, "reason": reason, "against": champion.version}
