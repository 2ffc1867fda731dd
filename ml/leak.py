"""Finds a column that knows the outcome though it does not give it away alone.

The length of a call ranks those who will buy only so well, and yet it is known after the call. What
betrays it is that no other column can stand in for it: indicators of one customer say nearly the
same many times over, so an honest one can be left out at little cost. What does not belong here:
thresholds on a whole model (`gates.py`).
"""

import numpy as np

from ml import metrics
from ml.split import TrainingSet
from warehouse.errors import RapportError

SUSPECT_AUC = 0.75
"""Own AUC from which a feature is looked at; the sample's best honest indicator has .72."""
IRREPLACEABLE = 0.08
"""Loss of AUC without it: call length costs .15 to .35, a churn score .11; the contract term, the
best honest column of public churn data, .01."""


def no_dominant_feature(
    offer: str, data: TrainingSet, aucs: dict[str, float], test_auc: float
) -> None:
    """Refuse a model that owes what it knows to one feature.

    Args:
        offer: Whose model it is.
        data: The rows it was fitted and judged on.
        aucs: Each feature's own AUC.
        test_auc: What the model reached on the test rows with all features.

    Raises:
        RapportError: RP-4002 with the feature's name.
    """
    suspect = max(aucs, key=lambda name: (aucs[name], name))
    if aucs[suspect] < SUSPECT_AUC:
        return
    from ml import tuning

    others = data.only([feature for feature in data.features if feature.name != suspect])
    fitted, _ = tuning.fit(others, 0, np.zeros(len(others.features), int))
    matrix, label = others.of("test")
    left = metrics.auc(label, fitted.raw(matrix))
    if test_auc - left > IRREPLACEABLE:
        raise RapportError(
            "RP-4002", offer=offer, feature=suspect, auc=f"{test_auc:.3f}", without=f"{left:.3f}"
        )
