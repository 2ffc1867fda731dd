"""Pins down the figures on the cards: against scikit-learn where it has them, by hand where not."""

import numpy as np
import pyarrow as pa
import pytest
from ml_world import AS_OF
from sklearn.metrics import brier_score_loss, log_loss, roc_auc_score

from ml import live, metrics, score
from ml.registry import declaration


def test_auc_brier_and_log_loss_agree_with_scikit_learn_ties_included():
    rng = np.random.default_rng(5)
    p = np.round(rng.random(4000), 2)
    label = (rng.random(4000) < p).astype(int)
    assert metrics.auc(label, p) == pytest.approx(roc_auc_score(label, p), abs=1e-12)
    inside = np.clip(p, 0.01, 0.99)
    assert metrics.log_losses(label, inside).mean() == pytest.approx(log_loss(label, inside))
    found = metrics.summary(label, p, p)
    assert found["brier_score"] == pytest.approx(brier_score_loss(label, p))
    assert found["auc"] == pytest.approx(roc_auc_score(label, p), abs=1e-12)


def test_the_standard_error_of_an_auc_is_what_repetition_shows():
    rng = np.random.default_rng(8)
    found = []
    for _ in range(400):
        score = np.concatenate([rng.normal(1, 1, 60), rng.normal(0, 1, 400)])
        found.append(metrics.auc(np.repeat([1, 0], [60, 400]), score))
    expected = metrics.auc_standard_error(float(np.mean(found)), 60, 400)
    assert np.std(found) == pytest.approx(expected, rel=0.1)


def test_equal_probabilities_are_ranked_by_the_raw_score():
    label = np.array([1, 0, 1, 0])
    p = np.array([0.5, 0.5, 0.5, 0.5])
    raw = np.array([0.9, 0.1, 0.8, 0.2])
    assert metrics.summary(label, p, raw)["auc"] == 1.0


def test_calibration_error_is_the_mean_gap_of_ten_bins():
    p = np.repeat([0.1, 0.9], 50)
    label = np.concatenate([np.repeat([1, 0], [10, 40]), np.repeat([1, 0], [45, 5])])
    bins = metrics.calibration_bins(label, p)
    assert [row["rows"] for row in bins] == [10] * 10
    gaps = [0.9] + [0.1] * 4 + [0.1] * 4 + [0.4]  # by hand: the bins are filled in order
    assert metrics.calibration_error(bins) == pytest.approx(sum(gaps) / 10)


def test_chance_alone_gives_a_perfect_score_about_the_calibration_error_we_expect():
    rng = np.random.default_rng(6)
    found = []
    for _ in range(200):
        p = rng.beta(2, 20, 1000)
        found.append(metrics.calibration_error(metrics.calibration_bins(rng.random(1000) < p, p)))
    expected = metrics.calibration_noise(metrics.calibration_bins(np.zeros(1000), p))
    assert np.mean(found) == pytest.approx(expected, rel=0.1)


def test_lift_by_decile_by_hand():
    p = np.linspace(1, 0, 20)
    label = np.zeros(20)
    label[[0, 1, 2, 19]] = 1
    table = metrics.lift_table(label, p, p)
    assert [row["customers_count"] for row in table] == [2] * 10
    assert [row["observed_share"] for row in table] == [1, 0.5, 0, 0, 0, 0, 0, 0, 0, 0.5]
    assert [row["lift"] for row in table] == [5, 2.5, 0, 0, 0, 0, 0, 0, 0, 2.5]


def test_ranks_and_deciles_by_hand_with_ties_by_raw_score_and_then_by_key():
    keys = pa.array(["d", "b", "c", "a", "e"])
    p = np.array([0.2, 0.5, 0.5, 0.5, 0.9])
    raw = np.array([0.2, 0.4, 0.6, 0.4, 0.9])
    words = {name: pa.array([f"{name} of {key}" for key in "dbcae"]) for name in score.REASONS}
    table = score.ranked(declaration("churn"), AS_OF, "0" * 16, keys, raw, p, words).to_pydict()
    assert table["customer_key"] == ["e", "c", "a", "b", "d"]
    for name in score.REASONS:  # the words stay with their customer
        assert table[name] == [f"{name} of {key}" for key in "ecabd"]
    assert table["score_rank"] == [1, 2, 3, 4, 5]
    assert table["decile"] == [1, 3, 5, 7, 9]
    order = np.arange(1, 26)
    counts = np.bincount(metrics.decile_of(order, 25))[1:]
    assert counts.tolist() == [3, 2, 3, 2, 3, 2, 3, 2, 3, 2]


def test_the_interval_of_a_share_and_of_a_live_gap_is_wilsons():
    # Newcombe (1998), table I: 81 of 263 is .2553 to .3662 by the score method
    low, high = metrics.wilson(81, 263)
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    found = live.figures(np.arange(263) < 81, np.full(263, 0.3), np.full(263, 0.3), None)
    assert found["gap_ci_low_share"] == pytest.approx(0.2553 - 0.3, abs=1e-4)
    assert "auc" not in found
