"""The candidate estimators and the calibrator: everything that is scikit-learn's.

Import this module inside functions only: it is slow to load. What does not belong here: rows and
gates.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit, logit
from sklearn.base import ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler
from threadpoolctl import threadpool_limits

TREES = "boosting"
THREADS = 1
"""Gradients are summed per thread, so the number of threads would be part of the result; and beside
other work two threads spin waiting for each other: 30,000 x 100 took 4 to 11 s instead of 1.2 s."""
TREES_FROM = 150
"""Positives; with fewer, trees never won a backtest of the sample's offers."""
ISOTONIC_POSITIVES = 1_000
"""Below this a curve with steps is noise; the two numbers of a sigmoid are steadier."""


@dataclass(frozen=True)
class Fitted:
    """A ranking estimator and the calibrator that turns its score into a probability."""

    kind: str
    estimator: ClassifierMixin
    calibrator: LogisticRegression | IsotonicRegression

    @property
    def is_trees(self) -> bool:
        """Whether it is boosted trees; else it is a pipeline that ends in a linear model."""
        return self.kind == TREES

    def raw(self, matrix: np.ndarray) -> np.ndarray:
        """Return the estimator's own probability, the same for a row whatever its batch.

        The linear score is summed row by row: a BLAS product rounds differently with the batch's
        size, and scores would not be equal byte for byte.
        """
        with threadpool_limits(THREADS):
            if self.is_trees:
                return self.estimator.predict_proba(matrix)[:, 1]
            scaled = np.ascontiguousarray(self.estimator[:-1].transform(matrix))
            last = self.estimator[-1]
            return expit((scaled * last.coef_[0]).sum(axis=1) + last.intercept_[0])

    def calibrated(self, raw: np.ndarray) -> np.ndarray:
        """Return the calibrated probabilities of raw ones."""
        if isinstance(self.calibrator, IsotonicRegression):
            return self.calibrator.predict(raw)
        return self.calibrator.predict_proba(_log_odds(raw))[:, 1]

    def parameters(self) -> dict[str, object]:
        """Return what a card says about how it was fitted."""
        last = self.estimator if self.is_trees else self.estimator[-1]
        known = last.get_params()
        known.pop("monotonic_cst", None)  # the card names these indicators
        shown = {key: value for key, value in known.items() if value is not None}
        return {"estimator": self.kind, "calibrator": type(self.calibrator).__name__, **shown}


def candidates(seed: int, positives: int, signs: np.ndarray) -> dict[str, ClassifierMixin]:
    """Return the estimators that compete, the simplest first.

    All are small, because a hundred correlated indicators and a few hundred positives overfit
    anything larger. Only trees can be held to a direction, so a declaration that names monotonic
    indicators is left to them.

    Args:
        seed: Makes a fit repeatable.
        positives: In all rows to fit on; with few of them trees do not compete.
        signs: Monotonic constraint per feature: 1, -1, or 0 for none.
    """
    simple = {"logistic_firm": linear(0.002), "logistic": linear(0.02)}
    if signs.any():
        return {TREES: _boosting(seed, signs)}
    return simple | ({TREES: _boosting(seed, signs)} if positives >= TREES_FROM else {})


def linear(strength: float) -> ClassifierMixin:
    """Return the linear candidate; a smaller strength trusts the rows less."""
    return make_pipeline(
        RobustScaler(),
        FunctionTransformer(np.arcsinh),  # money is heavy-tailed: linear inside, log outside
        SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True),
        StandardScaler(),
        LogisticRegression(C=strength, max_iter=500),
    )


def _boosting(seed: int, signs: np.ndarray) -> ClassifierMixin:
    return HistGradientBoostingClassifier(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=8,
        max_features=0.2,  # correlated indicators take turns; worth .005 of AUC
        min_samples_leaf=60,
        l2_regularization=5.0,
        max_bins=63,
        early_stopping=False,
        monotonic_cst=signs if signs.any() else None,
        random_state=seed,
    )


def fit(
    name: str,
    estimator: ClassifierMixin,
    rows: tuple[np.ndarray, np.ndarray],
    later: tuple[np.ndarray, np.ndarray],
) -> Fitted:
    """Fit the chosen candidate and calibrate it on later rows with the true share of positives."""
    with threadpool_limits(THREADS):
        estimator.fit(*rows)
    raw = Fitted(name, estimator, None).raw(later[0])
    return Fitted(name, estimator, calibrator(raw, later[1]))


def calibrator(raw: np.ndarray, label: np.ndarray) -> LogisticRegression | IsotonicRegression:
    """Fit the curve from raw scores to shares, on rows the estimator has not seen."""
    if label.sum() >= ISOTONIC_POSITIVES:
        return IsotonicRegression(out_of_bounds="clip").fit(raw, label)
    with threadpool_limits(THREADS):
        return LogisticRegression(C=1e6).fit(_log_odds(raw), label)


def _log_odds(raw: np.ndarray) -> np.ndarray:
    return logit(np.clip(raw, 1e-9, 1 - 1e-9)).reshape(-1, 1)
