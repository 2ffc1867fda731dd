"""Pins down uplift: figures by a second method, planted effects found, nothing found where none is.

Newcombe's interval is compared with his own table, the Qini curve with a count in fractions.
"""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from ml import qini, uplift
from ml.uplift import FOLDS, Trial
from warehouse.errors import RapportError


def trial(rows: int = 12_000, effect: float = 2.0, seed: int = 5) -> Trial:
    """People whose first trait makes them respond and whose second makes the contact work."""
    rng = np.random.default_rng(seed)
    traits = rng.normal(size=(rows, 6))
    treated = rng.random(rows) < 0.7
    log_odds = -1.5 + 1.2 * traits[:, 0] + effect * treated * (traits[:, 1] > 0.5)
    return Trial(
        matrix=np.column_stack([traits, traits[:, 1] > 0.5]),
        treated=treated,
        response=rng.random(rows) < 1 / (1 + np.exp(-log_odds)),
        customer=np.arange(rows).astype(str),
        fold=np.arange(rows) % FOLDS,
        margin=100.0,
        cost=5.0,
    )


@pytest.fixture(scope="module")
def planted():
    return trial()


@pytest.fixture(scope="module")
def scores(planted):
    return uplift.cross_fitted(planted)


@pytest.fixture(scope="module")
def judged(planted, scores):
    return uplift.judge(planted, scores)


def counted_gain(treated, response, score, depth: int) -> Fraction:
    """Radcliffe's gain over everybody who scores at least as well as the depth-th best."""
    least = sorted(score, reverse=True)[depth - 1]
    first = [i for i in range(len(score)) if score[i] >= least]
    n_t = int(sum(treated[first]))
    n_c = len(first) - n_t
    r_t = sum(int(treated[i] and response[i]) for i in first)
    r_c = sum(int(response[i] and not treated[i]) for i in first)
    scaled = Fraction(r_c * n_t, n_c) if n_c else Fraction(0)
    return Fraction(r_t) / int(sum(treated)) - scaled / int(sum(treated))


def test_the_qini_curve_is_what_a_count_of_people_gives():
    rng = np.random.default_rng(3)
    treated, response = rng.random(100) < 0.6, rng.random(100) < 0.4
    score = rng.integers(0, 30, 100).astype(float)  # many equal scores
    share, gain = qini.Ranked(treated, response, score).curve()
    depths = np.unique(np.round(share * 100)).astype(int)[1:]
    assert len(depths) > 20
    for depth in depths:
        found = gain[np.isclose(share * 100, depth)]
        assert found[-1] == pytest.approx(float(counted_gain(treated, response, score, depth)))


def test_a_ranking_that_says_nothing_has_the_coefficient_zero_and_the_reverse_a_negative_one():
    treated = np.array([True, True, False, False] * 50)
    response = np.array([True, False, False, False] * 50)
    assert qini.Ranked(treated, response, np.zeros(200)).coefficient() == 0
    # the first half gains 1 of 1, the second nothing: triangle of 1/4 above the line of 1/2
    treated = np.array([True, False] * 100)
    response = treated & (np.arange(200) < 100)
    score = np.arange(200) < 100
    assert qini.Ranked(treated, response, score * 1.0).coefficient() == pytest.approx(1 / 8)
    assert qini.Ranked(treated, response, -1.0 * score).coefficient() == pytest.approx(-1 / 8)


@pytest.mark.parametrize(
    ("counts", "low", "high"),
    [((56, 70, 48, 80), 0.0524, 0.3339), ((9, 10, 3, 10), 0.1705, 0.8090)],
)
def test_the_interval_of_a_difference_is_the_published_one(counts, low, high):
    found = qini.difference(*counts)
    assert found.value == pytest.approx(counts[0] / counts[1] - counts[2] / counts[3])
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)


def test_both_learners_find_whom_the_contact_changes_and_propensity_finds_whom_it_does_not(
    planted, scores, judged
):
    works = planted.matrix[:, 6] == 1
    for name in ("x_learner", "t_learner"):
        assert scores[name][works].mean() > scores[name][~works].mean() + 0.2
        figures = judged["rankings"][name]
        assert figures["qini"].low > 0.03
        assert figures["qini_over_response"].low > 0.002
    best, worst = (judged["rankings"]["x_learner"]["deciles"][place] for place in (0, -1))
    assert best["uplift_itt_ci_low_share"] > worst["uplift_itt_ci_high_share"]
    assert judged["effect"].low < 0.1 < judged["effect"].high


def test_the_best_list_by_effect_earns_more_than_the_best_by_propensity(judged):
    at_thirty = {name: figures["deciles"][2] for name, figures in judged["rankings"].items()}
    by_effect, by_response = at_thirty["x_learner"], at_thirty["response"]
    assert by_effect["list_margin_itt_ci_low_yuan"] > by_response["list_margin_itt_yuan"]
    whole = [figures["deciles"][9] for figures in judged["rankings"].values()]
    for row in whole:  # everybody is contacted: the order no longer matters
        assert row["list_margin_itt_yuan"] == pytest.approx(100 * judged["effect"].value - 5)


def test_where_a_contact_changes_nothing_no_effect_is_found():
    nothing = trial(6000, effect=0.0, seed=8)
    judged = uplift.judge(nothing, uplift.cross_fitted(nothing))
    assert judged["effect"].low < 0 < judged["effect"].high
    for figures in judged["rankings"].values():
        assert figures["qini"].low < 0.004
        assert abs(figures["qini"].value) < 0.01


def test_a_row_is_scored_by_models_that_never_saw_its_outcome(planted, scores):
    first = planted.fold == 0
    changed = replace(planted, response=np.where(first, ~planted.response, planted.response))
    again = uplift.cross_fitted(changed)
    for name in uplift.RANKINGS:
        assert np.array_equal(scores[name][first], again[name][first])
        assert not np.allclose(scores[name][~first], again[name][~first])


def test_all_rows_of_a_customer_are_drawn_together_and_the_same_in_every_run():
    customer = np.array(["b", "a", "b", "c"])
    weights = qini.resamples(customer, seed=1)
    assert weights.shape == (qini.DRAWS, 4)
    assert (weights[:, 0] == weights[:, 2]).all()
    assert (weights[:, 0] != weights[:, 1]).any()
    assert np.array_equal(weights, qini.resamples(customer, seed=1))
    assert weights.mean() == pytest.approx(1, abs=0.15)


def test_an_arm_that_all_did_the_same_is_refused_with_a_code(planted):
    with pytest.raises(RapportError, match=r"RP-4020.*arm=control"):
        uplift.learn(planted.matrix, planted.treated, planted.treated & planted.response)
