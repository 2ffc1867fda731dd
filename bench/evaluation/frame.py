"""A table of somebody else's as the frame `ml/` fits and judges: the adapter, and nothing more.

Splitting into parts is the caller's; fitting, calibrating, judging and refusing are `ml/`'s own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from ml import estimators, gates, leak, metrics, tuning
from ml.estimators import Fitted
from ml.features import Feature
from ml.split import BLOCKS, TrainingSet

SEED = 20_261_122
DRAWS = 200


@dataclass(frozen=True)
class Frame:
    """Rows in their own order with numbers only; a text is one flag per value."""

    names: tuple[str, ...]
    matrix: np.ndarray
    label: np.ndarray

    def without(self, *left_out: str) -> "Frame":
        """Return the same rows without the columns made of the named ones."""
        keep = [n for n, name in enumerate(self.names) if name.split("=")[0] not in left_out]
        names = tuple(self.names[n] for n in keep)
        return Frame(names, self.matrix[:, keep], self.label)


@dataclass(frozen=True)
class Judged:
    """What became of one fit: the model, figures of the hold-out, its probabilities."""

    fitted: Fitted
    test: dict[str, Any]
    p: np.ndarray


def frame(table: duckdb.DuckDBPyRelation, label: str) -> Frame:
    """Encode every column of a relation but the label; missing stays missing."""
    rows = table.fetchnumpy()
    outcome = np.asarray(rows.pop(label)).astype(np.int8)
    encoded: dict[str, np.ndarray] = {}
    for column, values in rows.items():
        values = np.ma.asarray(values)
        if values.dtype.kind in "OSU":
            text = values.filled("").astype(str)
            encoded |= {f"{column}={level}": text == level for level in np.unique(text)}
        else:
            encoded[column] = np.ma.filled(values.astype(float), np.nan)
    return Frame(tuple(encoded), np.column_stack(list(encoded.values())).astype(float), outcome)


def judge(name: str, given: Frame, part: np.ndarray) -> Judged:
    """Fit on `fit`, calibrate on `calibrate`, judge on `test`, as an offer of the warehouse is.

    Raises:
        RapportError: what the gates of `ml/` refuse, RP-4002 with the feature's name for a leak.
    """
    data = training_set(given, part)
    aucs = gates.feature_aucs(data)
    gates.no_single_leak(name, aucs)
    fitted, _ = tuning.fit(data, SEED, np.zeros(len(data.features), int))
    matrix, label = data.of("test")
    raw = fitted.raw(matrix)
    p = fitted.calibrated(raw)
    test = metrics.summary(label, p, raw)
    leak.no_dominant_feature(name, data, aucs, test["auc"], fitted.kind)
    gates.good_on_test(name, aucs, test)
    return Judged(fitted, test, p)


def linear(rows: tuple[np.ndarray, np.ndarray], later: tuple[np.ndarray, np.ndarray]) -> Fitted:
    """Fit the linear candidate on rows up to the eve, with the calibrator it earned before.

    The calibrator comes from the same candidate fitted without the `later` rows and judged on them:
    no probability is calibrated on rows its model has seen, and no recent row is lost to the fit.
    """
    first, last = (_linear().fit(*part) for part in (rows, _joined(rows, later)))
    raw = Fitted("logistic", first, None).raw(later[0])
    return Fitted("logistic", last, estimators.calibrator(raw, later[1]))


def _linear() -> Any:
    return estimators.linear(0.01)


def _joined(*parts: tuple[np.ndarray, np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    matrices, labels = zip(*parts, strict=True)
    return np.concatenate(matrices), np.concatenate(labels)


def training_set(given: Frame, part: np.ndarray) -> TrainingSet:
    """Return the rows that have a part, with the columns that differ before those to judge."""
    rows = np.flatnonzero(part != "")
    rows = rows[np.argsort(part[rows], kind="stable")]
    before = given.matrix[(part == "fit") | (part == "calibrate")]
    telling = [n for n in range(before.shape[1]) if len(np.unique(before[:, n])) > 1]
    return TrainingSet(
        features=[Feature(given.names[n], "frame", n) for n in telling],
        part=part[rows],
        day=np.full(len(rows), np.datetime64("2000-01-01")),  # without dates a backtest is by block
        block=rows % BLOCKS,
        label=given.label[rows],
        matrix=given.matrix[np.ix_(rows, telling)],
        keys=rows.tobytes(),
        windows={},
        kept={"fit": (1.0, 1.0)},
    )


def interval(draws: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of a bootstrapped figure."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return float(low), float(high)
