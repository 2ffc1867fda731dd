"""Finds a column that knows the outcome though it does not give it away alone.

The length of a call ranks those who will buy only so well, and yet it is known after the call. What
betrays it is that no other column can stand in for it: indicators of one customer say nearly the
same many times over, so an honest one can be left out at little cost. What does not belong here:
thresholds on a whole model (`gates.py`).
"""

from typing import Any

import numpy as np

from ml import metrics
from ml.split import TrainingSet
from warehouse.errors import RapportError

SUSPECT_AUC = 0.8
"""Own AUC from which a feature is looked at: a churn score has .94, the length of a call .97. An
honest driver among independent ones, which nothing can stand in for, was seen with .76."""
IRREPLACEABLE = 0.08
"""Loss of AUC without it: call length costs .15 to .35, a churn score .11; the contract term, the
best honest column of public churn data, .01."""


def no_dominant_feature(
    offer: str,
    data: TrainingSet,
    aucs: dict[str, float],
    test_auc: float,
    candidate: str,
    trusted: tuple[str, ...] = (),
) -> dict[str, Any] | None:
    """Refuse a model that owes what it knows to one feature; return what was looked at.

    Looked at is the strongest feature that nobody vouches for, so that an honest strong one cannot
    hide a leak behind it.

    Args:
        offer: Whose model it is.
        data: The rows it was fitted and judged on.
        aucs: Each feature's own AUC.
        test_auc: What the model reached on the test rows with all features.
        candidate: Name of its estimator; it is fitted again, without the feature.
        trusted: Features a person has looked into (the declaration says why they are honest).

    Raises:
        RapportError: RP-4002 with the feature's name.
    """
    suspects = [name for name in aucs if aucs[name] >= SUSPECT_AUC and name not in trusted]
    suspect = max(suspects, key=lambda name: (aucs[name], name), default=None)
    if suspect is None:
        return None
    from ml import tuning

    others = data.only([feature for feature in data.features if feature.name != suspect])
    free = np.zeros(len(others.features), int)
    fitted = tuning.fit_as(candidate, others, 0, free)
    matrix, label = others.of("test")
    left = metrics.auc(label, fitted.raw(matrix))
    if test_auc - left > IRREPLACEABLE:
        raise RapportError(
            "RP-4002", offer=offer, feature=suspect, auc=f"{test_auc:.3f}", without=f"{left:.3f}"
        )
    return {"feature": suspect, "own_auc": round(aucs[suspect], 4), "test_auc_without": left}
