"""Whether a challenger that passed its gates takes the champion's place.

What does not belong here: what any model must pass (`gates.py`), the pointer (`store.py`).
"""

from typing import Any

import numpy as np

from ml import bootstrap, metrics
from ml.split import TrainingSet
from ml.store import StoredModel


def paired(
    label: np.ndarray, challenger: np.ndarray, champion: np.ndarray, block: np.ndarray
) -> dict[str, Any]:
    """Compare two models on the same rows.

    The challenger wins when the 95 % interval of its mean gain in log loss, bootstrapped over
    blocks of customers, lies above zero: luck must not change who is called.
    """
    gain = metrics.log_losses(label, champion) - metrics.log_losses(label, challenger)
    low, high = bootstrap.mean_interval(gain, block)
    return {"promote": low > 0, "log_loss_gain": float(gain.mean()), "interval": [low, high]}


def decide(
    data: TrainingSet, p_challenger: np.ndarray, champion: StoredModel | None, reason: str
) -> dict[str, Any]:
    """Say whether a challenger becomes champion.

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
    result = paired(label, p_challenger, p_champion, data.block[data.rows("test")])
    reason = "better" if result["promote"] else "not_better"
    return {**result, "reason": reason, "against": champion.version}
