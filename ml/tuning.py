"""Which estimator to fit, by a backtest that rolls through time inside the rows to fit on; its fit.

Each fold learns from earlier snapshots and is judged on later ones, as the model will be. What does
not belong here: calibration and test rows, which no choice may see.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ml import metrics
from ml.split import TrainingSet

if TYPE_CHECKING:
    from ml.estimators import Fitted

FOLDS = 2
JUDGED_POSITIVES, LEARNT_POSITIVES = 15, 30
"""Least of a fold; a mean over folds decides, so a fold may be noisier than a test."""
FOLD_ROWS = 4_000
"""Of each side: enough to order candidates, and a fifth of the time of all rows."""
SIMPLER = 0.01
"""AUC that trees must gain over a linear model: less is within the noise of two folds, and the
sample's fibre model fell by .007 on later data where .006 decided."""


@dataclass(frozen=True)
class Fold:
    """Rows to learn from and later rows to judge on."""

    learn: np.ndarray
    judge: np.ndarray
    ends: str
    """Last snapshot judged on."""


def folds(data: TrainingSet) -> list[Fold]:
    """Roll backwards through the snapshots of the fit rows; by customer when there is only one."""
    rows = np.arange(len(data.label))[data.rows("fit")]
    day, label = data.day[rows], data.label[rows]
    days = np.unique(day)
    if len(days) == 1:
        third = data.block[rows] % 3  # of a part that holds some blocks of customers only
        return _usable(data, [(rows[third != held], rows[third == held]) for held in range(FOLDS)])
    found, until = [], len(days)
    for start in range(len(days) - 1, 0, -1):
        inside = (day >= days[start]) & (day <= days[until - 1])
        if label[inside].sum() >= JUDGED_POSITIVES:
            found.append((rows[day < days[start]], rows[inside]))
            until = start
    return _usable(data, found[:FOLDS])


def choose(data: TrainingSet, seed: int, signs: np.ndarray, threads: int) -> list[dict[str, Any]]:
    """Return the candidates with their AUC per fold, best first, trees with a handicap.

    Without a usable fold the first is the simplest.

    Args:
        data: Rows; only those of the fit part are looked at.
        seed: Makes the fits repeatable.
        signs: Monotonic constraint per feature: 1, -1, or 0 for none.
        threads: Candidates and folds fitted at once; each is a job of one thread.
    """
    from threadpoolctl import threadpool_limits

    from ml import estimators

    rolled = folds(data)
    positives = int(data.of("fit")[1].sum())
    names = list(estimators.candidates(seed, positives, signs))
    jobs = [(name, fold) for name in names for fold in rolled]
    judge = partial(_judge, data, seed, positives, signs)
    with threadpool_limits(1), ThreadPoolExecutor(threads) as pool:
        areas = list(pool.map(lambda job: judge(*job), jobs))
    table = [
        {
            "candidate": name,
            "auc": [area for (judged, _), area in zip(jobs, areas, strict=True) if judged == name],
            "until": [fold.ends for fold in rolled],
        }
        for name in names
    ]
    handicap = {name: SIMPLER if name == estimators.TREES else 0.0 for name in names}
    return sorted(table, key=lambda row: handicap[row["candidate"]] - _mean(row))  # stable


def fit(
    data: TrainingSet, seed: int, signs: np.ndarray, threads: int = 1
) -> tuple["Fitted", list[dict[str, Any]]]:
    """Fit and calibrate the candidate that comes first in the backtest; return both."""
    backtest = choose(data, seed, signs, threads)
    return fit_as(backtest[0]["candidate"], data, seed, signs), backtest


def fit_as(name: str, data: TrainingSet, seed: int, signs: np.ndarray) -> "Fitted":
    """Fit and calibrate a candidate by its name."""
    from ml import estimators

    estimator = estimators.candidates(seed, int(data.of("fit")[1].sum()), signs)[name]
    return estimators.fit(name, estimator, data.of("fit"), data.of("calibrate"))


def _mean(row: dict[str, Any]) -> float:
    return sum(row["auc"]) / FOLDS


def _judge(
    data: TrainingSet, seed: int, positives: int, signs: np.ndarray, name: str, fold: Fold
) -> float:
    from threadpoolctl import threadpool_limits

    from ml import estimators

    learn = data.matrix[fold.learn]
    known = ~np.isnan(learn).all(axis=0)  # trees refuse a feature that nobody has a value of yet
    with threadpool_limits(1, user_api="openmp"):  # a limit of OpenMP holds for its own thread only
        estimator = estimators.candidates(seed, positives, signs[known])[name]
        estimator.fit(learn[:, known], data.label[fold.learn])
        raw = estimators.Fitted(name, estimator, None).raw(data.matrix[fold.judge][:, known])
    return metrics.auc(data.label[fold.judge], raw)


def _usable(data: TrainingSet, pairs: list[tuple[np.ndarray, np.ndarray]]) -> list[Fold]:
    found = []
    for learn, judge in pairs:
        learnt, judged = data.label[learn], data.label[judge]
        enough = learnt.sum() >= LEARNT_POSITIVES and judged.sum() >= JUDGED_POSITIVES
        if enough and not (learnt.all() or judged.all()):
            ends = str(data.day[judge].max().astype("datetime64[D]"))
            found.append(Fold(_thin(learn), _thin(judge), ends))
    return found


def _thin(rows: np.ndarray) -> np.ndarray:
    return rows[:: -(-len(rows) // FOLD_ROWS)]
