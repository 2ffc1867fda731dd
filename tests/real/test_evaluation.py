"""The figures of `make evaluation` on public data, and the guard against columns from the future.

Baselines are those of the data's own notes; the bank's calls are judged in the order they came.
"""

import numpy as np
import pytest

from bench.evaluation import bank, hillstrom, telco
from bench.evaluation.frame import judge
from ml import metrics
from tests.real.test_telco import DATA
from warehouse.errors import RapportError

pytestmark = pytest.mark.skipif(
    not (DATA / "bank_marketing").exists(), reason=f"no public data at {DATA}"
)


def test_calls_of_a_bank_are_ranked_better_than_the_baseline_while_the_world_changes():
    calls = bank.read(DATA, bank.LEAK)
    blocks = bank.rolled(calls, bank.LEARN, len(calls.label))
    assert sum(len(label) for label in blocks.labels) == 41_188 - 20_000
    assert np.median(blocks.aucs()) > 0.56
    assert blocks.pooled() > 0.70
    assert blocks.best_half() > 0.58
    late = np.concatenate(blocks.labels[-3:]).mean()
    assert late > 5 * np.concatenate(blocks.labels[:3]).mean(), "the world did change"
    assert np.concatenate(blocks.p[-3:]).mean() == pytest.approx(late, abs=0.12)


def test_churn_of_telephone_customers_is_as_good_as_the_baseline_and_calibrated():
    label, p = telco.scored(DATA)
    assert metrics.auc(label, p) > 0.84
    assert metrics.calibration_error(metrics.calibration_bins(label, p)) < 0.02


def test_effects_of_mails_are_the_published_ones_and_the_womens_mail_can_be_aimed():
    for arm, published in hillstrom.ARMS.items():
        people = hillstrom.trial(DATA, arm)
        visits = [people.response[people.treated == drawn] for drawn in (True, False)]
        assert visits[0].mean() - visits[1].mean() == pytest.approx(published, abs=5e-5)
    best = hillstrom.judged(DATA, "Womens E-Mail")["rankings"]["x_learner"]
    assert best["qini"].low > 0
    assert best["qini_over_response"].low > 0


@pytest.mark.parametrize("leak", ["duration", "Churn Score"])
def test_a_column_from_the_future_is_refused_by_name(leak):
    if leak == "duration":
        calls = bank.read(DATA)
        part = np.full(len(calls.label), "", "<U9")
        part[20_000:24_000], part[24_000:26_000], part[26_000:28_000] = "fit", "calibrate", "test"
        given = calls, part
    else:
        customers, fold = telco.read(DATA, with_score=True)
        given = customers, telco.parts(fold, held=0)
    with pytest.raises(RapportError, match=rf"RP-4002.*feature={leak}"):
        judge("evaluation", *given)
