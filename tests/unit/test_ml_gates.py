"""Pins down which numbers of a test refuse a model, and by how much a challenger has to win."""

import numpy as np
import pytest

from ml import bootstrap, contest, gates
from warehouse.errors import RapportError

OFFER = "fibre_upgrade"


def test_a_best_tenth_that_may_be_luck_or_scores_that_moved_are_refused():
    good = {"top_decile_interval": [1.2, 3.0], "score_drift": 0.1, "score_drift_allowed": 0.26}
    gates.steady(OFFER, good)
    with pytest.raises(RapportError, match=r"RP-4010.*0\.98 to 3\.00"):
        gates.steady(OFFER, {**good, "top_decile_interval": [0.98, 3.0]})
    with pytest.raises(RapportError, match="RP-4011"):
        gates.steady(OFFER, {**good, "score_drift": 0.3})


def test_the_interval_of_the_best_tenth_covers_the_truth():
    rng, covered = np.random.default_rng(12), 0
    inside = np.arange(2000) < 200
    for _ in range(100):
        label = (rng.random(2000) < np.where(inside, 0.3, 0.1)).astype(int)
        low, high = bootstrap.lift_interval(label, inside, rng.integers(0, 100, 2000))
        covered += low <= 0.3 / 0.12 <= high
    assert covered >= 89, "of 100 at 95 %: fewer once in a hundred"


def test_too_good_useless_and_badly_calibrated_models_are_refused():
    good = {"auc": 0.8, "observed": 0.1, "calibration_error": 0.01, "calibration_noise": 0.004}
    aucs = {"a": 0.9, "b": 0.94}
    gates.good_on_test(OFFER, aucs, good)
    for change, code in (
        ({"auc": 0.981}, "RP-4002.*feature=b"),
        ({"auc": 0.51}, "RP-4007"),
        ({"calibration_error": 0.0581}, "RP-4006"),
        ({"observed": 0.02, "calibration_error": 0.0181}, "RP-4006"),
    ):
        with pytest.raises(RapportError, match=code):
            gates.good_on_test(OFFER, aucs, {**good, **change})


def test_a_challenger_must_beat_the_champion_by_more_than_chance():
    rng = np.random.default_rng(3)
    p = rng.uniform(0.05, 0.6, 3000)
    label = (rng.random(3000) < p).astype(int)
    block = rng.integers(0, 100, 3000)
    assert contest.paired(label, p, np.full(3000, label.mean()), block)["promote"]
    assert not contest.paired(label, np.full(3000, label.mean()), p, block)["promote"]
    assert not contest.paired(label, p, p, block)["promote"]
    good_luck = np.where(block == 7, np.where(label == 1, 0.99, 0.01), p)
    decision = contest.paired(label, good_luck, p, block)
    assert decision["log_loss_gain"] > 0, "better on the whole"
    assert not decision["promote"], "but only because of one block of customers"
