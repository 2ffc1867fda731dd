"""The card of a model: what it was made of, how good it was, what it is for; no clock, no machine.

Two fits from the same data and code write the same card. What does not belong here: customers.
"""

import hashlib
import json
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ml.declaration import PropensityModel
from ml.split import Plan, TrainingSet
from warehouse.settings import CHECKOUT

if TYPE_CHECKING:
    from ml.estimators import Fitted

SHAPING = (
    "attribution", "bootstrap", "card", "contest", "declaration", "drift", "estimators", "features",
    "gates", "labels", "leak", "metrics", "screening", "split", "stability", "train", "tuning",
)  # fmt: skip
"""Modules whose change may change a model."""
WEIGHED_ROWS = 2_000
LIBRARIES = ("numpy", "scikit-learn", "scipy", "skops")


def fingerprint(model: PropensityModel, data: TrainingSet) -> str:
    """Return the version: declaration, features, training data, code and libraries, digested.

    The data themselves are hashed, not their origin: an unchanged history gives the version that is
    already stored, whatever was rebuilt around it.
    """
    names = [(feature.code, feature.table, feature.name) for feature in data.features]
    parts = [model.fingerprint(), names, data.digest, code_digest(), libraries()]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def code_digest() -> str:
    """Return a digest of the modules that shape a model."""
    digest = hashlib.sha256()
    for name in SHAPING:
        digest.update((Path(__file__).parent / f"{name}.py").read_bytes())
    return digest.hexdigest()


def lock_digest() -> str | None:
    """Return the digest of the pinned environment, None outside a checkout."""
    lock = CHECKOUT / "requirements.lock"
    return hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else None


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that fit."""
    return {name: installed(name) for name in LIBRARIES}


def write_card(
    version: str,
    model: PropensityModel,
    split: Plan,
    data: TrainingSet,
    fitted: "Fitted",
    aucs: dict[str, float],
    found: dict[str, Any],
) -> dict[str, Any]:
    """Return the content of `card.json`.

    Args:
        version: Its name.
        model: What was declared.
        split: The parts before thinning.
        data: What it was fitted, calibrated and tested on.
        fitted: The model.
        aucs: The features' own.
        found: Features left out with reasons, the backtest, and the figures of the hold-out.
    """
    return {
        "offer": model.offer,
        "version": version,
        "objective": model.objective,
        "title": vars(model.title),
        "intended_use": vars(model.intended_use),
        "limits": vars(model.limits),
        "label": {"kind": model.label, "horizon_days": model.horizon_days},
        "population": {"rule": model.population, "party_types": model.party_types},
        "fairness": {"sex_and_age": "excluded" if model.without_sex_and_age else "used"},
        "monotonic": model.monotonic,
        "trusted": dict(model.trusted),
        "holdout_kind": split.holdout_kind,
        "windows": {
            part: {
                "from": str(first),
                "to": str(last),
                "negatives": split.counts[part][0],
                "positives": split.counts[part][1],
                "rows_used": int((data.part == part).sum()),
            }
            for part, (first, last) in data.windows.items()
        },
        "features": _features(data, fitted, aucs),
        "excluded": model.exclude,
        "parameters": fitted.parameters(),
        **found,
        "training_digest": data.digest,
        "code_digest": code_digest(),
        "lock_digest": lock_digest(),
        "libraries": libraries(),
    }


def _features(data: TrainingSet, fitted: "Fitted", aucs: dict[str, float]) -> list[dict[str, Any]]:
    """What each feature is like where it was calibrated, and how much it moves a score there."""
    from ml import attribution

    matrix = data.of("calibrate")[0]
    sample = matrix[:: -(-len(matrix) // WEIGHED_ROWS)]
    weight = np.abs(attribution.contributions(fitted, sample)).mean(axis=0)
    missing, rows = np.isnan(matrix).mean(axis=0), []
    for position, feature in enumerate(data.features):
        known = matrix[~np.isnan(matrix[:, position]), position]
        rows.append(
            {
                "name": feature.name,
                "code": feature.code,
                "table": feature.table,
                "own_auc": round(aucs[feature.name], 4),
                "missing_share": round(float(missing[position]), 4),
                "median": float(np.median(known)) if len(known) else None,
                "weight": round(float(weight[position]), 6),
            }
        )
    return rows
