"""Pins down why a score is high: exact sums, business words, and nothing sensitive."""

import numpy as np
import pytest
from scipy.special import logit

from ml import attribution, estimators
from ml.features import Feature
from ml.reasons import NONE, Reasons, prepare


@pytest.fixture(scope="module")
def rows():
    rng = np.random.default_rng(1)
    matrix = np.asfortranarray(rng.normal(size=(3000, 4)))
    matrix[rng.random(matrix.shape) < 0.2] = np.nan
    score = np.nan_to_num(matrix[:, 0]) + 2 * np.isnan(matrix[:, 1])
    return matrix, (rng.random(3000) < 1 / (1 + np.exp(1 - score))).astype(int)


def fitted(rows, kind: str) -> estimators.Fitted:
    estimator = estimators.candidates(1, 999, np.zeros(4, int))[kind]
    return estimators.fit(kind, estimator, rows, rows)


@pytest.mark.parametrize("kind", ["logistic", "boosting"])
def test_what_features_add_sums_to_the_score_exactly(rows, kind):
    model, (matrix, _) = fitted(rows, kind), rows
    added = attribution.contributions(model, matrix)
    whole = added.sum(axis=1) + attribution.base(model)
    assert np.abs(whole - logit(model.raw(matrix))).max() < 1e-9
    weight = np.abs(added).mean(axis=0)
    assert min(weight[:2]) > 3 * max(weight[2:]), "noise adds little"
    missing = np.isnan(matrix[:, 1])
    assert added[missing, 1].mean() > added[~missing, 1].mean() + 1, "being unknown tells"


def test_one_split_adds_the_distance_of_its_leaf_from_the_mean_of_both(rows):
    matrix, _ = rows
    stump = estimators._boosting(1, np.zeros(4, int)).set_params(max_iter=1, max_leaf_nodes=2)
    model = estimators.fit("boosting", stump.set_params(max_features=1.0), rows, rows)
    added = attribution.contributions(model, matrix)
    split_on = np.flatnonzero(np.abs(added).sum(axis=0))
    assert len(split_on) == 1
    steps, sizes = np.unique(added[:, split_on[0]].round(12), return_counts=True)
    assert len(steps) == 2
    assert steps @ sizes == pytest.approx(0, abs=1e-6), "the mean over the fit rows is the root"


def reasons(*sensitive: str) -> Reasons:
    names = {"views_30d": 1306, "views_90d": 1309, "balance": 2400, "is_member": 3000}
    features = [
        Feature(name, "ind_x", code, 0, name in sensitive, name.title(), f"中{name}")
        for name, code in names.items()
    ]
    facts = zip(names, (0.1, 0.3, 0.2, 0.1), (5.0, 9.0, 100.0, 0.0), strict=True)
    entries = [{"name": name, "weight": weight, "median": usual} for name, weight, usual in facts]
    return prepare(features, {"features": entries})


ADDED = np.array([[0.3, 0.3, 0.5, 0.1], [0.01, -0.4, 0.0, 0.04], [-1.0, -1.0, 0.06, 0.2]])
VALUES = np.array([[7.0, 20.0, 100.0, 1.0], [1.0, 1.0, 1.0, 1.0], [0.0, 0.0, np.nan, 0.0]])


def test_windows_of_a_measure_are_one_reason_and_weak_ones_are_none():
    told = reasons()
    texts = told.texts(told.top(ADDED, VALUES))
    assert texts["reason_codes"].to_pylist() == [
        "views_90d:high;balance:typical;is_member:yes", None, "is_member:no;balance:unknown",
    ]  # fmt: skip
    assert texts["reasons_en"][2].as_py() == "Is_Member: no; Balance: unknown"
    assert texts["reasons_zh"][2].as_py() == "中is_member：否；中balance：未知"


def test_no_reason_names_a_measure_of_which_anything_is_sensitive():
    told = reasons("balance", "views_30d")
    numbers = told.top(ADDED, VALUES)
    assert told.texts(numbers)["reason_codes"].to_pylist() == [
        "is_member:yes",
        None,
        "is_member:no",
    ]
    assert (reasons("balance", "views_30d", "is_member").top(ADDED, VALUES) == NONE).all()
