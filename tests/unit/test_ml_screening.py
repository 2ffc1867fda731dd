"""Pins down what may be a feature and how the estimator is chosen."""

from datetime import date
from math import log

import numpy as np
import pytest

from ml import estimators, features, screening, tuning
from ml.features import Feature
from ml.split import TrainingSet
from warehouse.errors import RapportError

ROWS = 3000
LEVEL, FLAG = 400, 0


def training(columns: dict[str, tuple[np.ndarray, int]], label: np.ndarray) -> TrainingSet:
    """Three parts of the same length, six snapshots in the first."""
    part = np.repeat(["calibrate", "fit", "test"], len(label) // 3)
    months = np.array([f"2026-0{month}-28" for month in range(1, 7)], "datetime64[D]")
    day = np.full(len(label), np.datetime64("2026-09-30"))
    day[part == "fit"] = np.sort(np.resize(months, len(label) // 3))
    return TrainingSet(
        features=[
            Feature(name, "ind_x", 1000 * place + digits)
            for place, (name, (_, digits)) in enumerate(columns.items())
        ],
        part=part,
        day=day,
        block=np.arange(len(label)) % 100,
        label=label.astype(np.int8),
        matrix=np.asfortranarray(np.column_stack([values for values, _ in columns.values()])),
        keys=b"",
        windows={"fit": (date(2026, 1, 28), date(2026, 6, 28))},
        kept={"fit": (1.0, 1.0)},
    )


@pytest.fixture
def world():
    rng = np.random.default_rng(5)
    latest = np.repeat([False, False, True], ROWS // 3)
    columns = {
        "steady": (rng.normal(size=ROWS), LEVEL),
        "moved": (rng.normal(size=ROWS) + 1.5 * latest, LEVEL),
        "gone": (np.where(latest, np.nan, rng.normal(size=ROWS)), LEVEL),
        "constant": (np.ones(ROWS), LEVEL),
        "missing": (np.full(ROWS, np.nan), LEVEL),
        "new_code": (np.where(latest & (np.arange(ROWS) % 20 == 0), 2, np.arange(ROWS) % 2), FLAG),
        "old_code": (np.arange(ROWS) % 2 * 1.0, FLAG),
    }
    return training(columns, rng.random(ROWS) < 0.2)


def test_what_drifted_says_nothing_or_was_never_seen_is_left_out_with_its_reason(world):
    found = screening.left_out(world, world.features)
    assert found.pop("moved").startswith("drift")
    assert found.pop("gone").startswith("drift")
    assert found == {
        "constant": "constant", "missing": "all_missing", "new_code": "unseen_categories 0.05",
    }  # fmt: skip


def test_constant_and_missing_features_alone_are_no_model(world):
    useless = [feature for feature in world.features if feature.name in ("constant", "missing")]
    with pytest.raises(RapportError, match=r"RP-4008.*features=2"):
        screening.left_out(world, useless)


def test_the_stability_index_is_that_of_the_textbook():
    before = np.repeat([1.0, 2.0, 3.0, 4.0], [400, 300, 200, 100])
    after = np.repeat([1.0, 2.0, 3.0, 4.0], [100, 200, 300, 400])
    shares = [(0.4, 0.1), (0.3, 0.2), (0.2, 0.3), (0.1, 0.4)]
    by_hand = sum((new - old) * log(new / old) for old, new in shares)
    assert screening.stability_index(before, after) == pytest.approx(by_hand, rel=0.02)
    assert screening.stability_index(before, before) == pytest.approx(0, abs=1e-9)
    thinned = np.repeat([1.0, 2.0, 3.0, 4.0], [40, 300, 200, 100])
    weight = np.repeat([10.0, 1.0, 1.0, 1.0], [40, 300, 200, 100])
    assert screening.stability_index(thinned, before, weight) == pytest.approx(0, abs=1e-3)


def test_a_backtest_learns_from_the_past_of_the_fit_rows_alone(world):
    rolled = tuning.folds(world)
    assert len(rolled) == tuning.FOLDS
    for fold in rolled:
        assert world.day[fold.learn].max() < world.day[fold.judge].min()
        assert set(world.part[np.concatenate([fold.learn, fold.judge])]) == {"fit"}
    assert rolled[0].ends == "2026-06-28"


def test_the_better_estimator_wins_and_trees_only_where_a_line_falls_short():
    rng = np.random.default_rng(2)
    matrix, none = rng.normal(size=(2 * ROWS, 2)), np.zeros(2, int)
    names = {"a": (matrix[:, 0], LEVEL), "b": (matrix[:, 1], LEVEL)}
    odds = {"logistic": matrix @ [2, 1], "boosting": 4 * np.sign(matrix[:, 0] * matrix[:, 1])}
    for winner, score in odds.items():
        label = rng.random(2 * ROWS) < 1 / (1 + np.exp(1 - score))
        table = tuning.choose(training(names, label), 1, none, threads=2)
        assert table[0]["candidate"].startswith(winner)
        assert table == tuning.choose(training(names, label), 1, none, threads=1)


def test_what_nobody_has_a_value_of_yet_takes_no_part_in_a_fold():
    rng = np.random.default_rng(5)
    known, late = rng.normal(size=(2, 2 * ROWS))
    label = rng.random(2 * ROWS) < 1 / (1 + np.exp(1 - 2 * known))
    alone = training({"a": (known, LEVEL)}, label)
    with_late = training({"a": (known, LEVEL), "late": (late, LEVEL)}, label)
    with_late.matrix[tuning.folds(with_late)[0].learn, 1] = np.nan

    def first_fold(data: TrainingSet) -> dict[str, float]:
        table = tuning.choose(data, 1, np.zeros(len(data.features), int), threads=1)
        return {row["candidate"]: row["auc"][0] for row in table}

    assert "boosting" in first_fold(with_late)
    assert first_fold(with_late) == pytest.approx(first_fold(alone), abs=1e-12)


def test_a_declared_direction_holds_for_every_value_whatever_the_data_say():
    rng = np.random.default_rng(8)
    matrix = rng.normal(size=(2000, 2))
    label = (rng.random(2000) < 1 / (1 + np.exp(2 * matrix[:, 0]))).astype(int)  # more is worse
    raw = {}
    for sign in (0, 1):
        name, estimator = list(estimators.candidates(1, 999, np.array([sign, 0])).items())[-1]
        assert name == "boosting"
        fitted = estimators.fit(name, estimator, (matrix, label), (matrix, label))
        line = np.column_stack([np.linspace(-3, 3, 50), np.zeros(50)])
        raw[sign] = np.diff(fitted.raw(line))
    assert raw[0].min() < 0
    assert raw[1].min() >= 0


def test_a_direction_is_the_catalogues_and_turns_round_for_leaving():
    from test_ml_declarations import declared

    chosen = [Feature("good", "ind_x", 1, 1), Feature("bad", "ind_x", 2, -1)]
    assert features.signs(chosen, declared(monotonic=("good",))).tolist() == [1, 0]
    leaving = declared(label="lapse", objective="retention", monotonic=("good", "bad"))
    assert features.signs(chosen, leaving).tolist() == [-1, 1]
    neutral = [*chosen, Feature("neither", "ind_x", 3)]
    with pytest.raises(RapportError, match=r"RP-4005.*indicator=neither"):
        features.signs(neutral, declared(monotonic=("neither",)))
