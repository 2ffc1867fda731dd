"""Pins down the score of those nobody can learn about: their own rate, no rank, and a refusal."""

from datetime import date, timedelta

import duckdb
import pytest
from ml_world import AS_OF, MONTH_ENDS, empty

from ml.score import score_offer
from ml.train import fit_offer
from warehouse.errors import RapportError

OFFER = "churn_government"
BODIES = 40
LEFT = {3: MONTH_ENDS[6] + timedelta(days=12), 7: MONTH_ENDS[8] + timedelta(days=20)}
"""Which government body ended everything, and on which day."""


@pytest.fixture
def world(tmp_path):
    """Forty government bodies and ten consumers over twelve month ends; two bodies leave."""
    made = empty(tmp_path / "home")
    with made.open() as con:
        for number in range(BODIES + 10):
            key, party = f"c{number:011d}", "G" if number < BODIES else "C"
            ended = LEFT.get(number)
            con.execute("insert into customer.dim_customer values (?, ?)", [key, party])
            con.execute(
                "insert into customer.dim_subscription values (?, 'voice', '2020-01-01', ?, null)",
                [key, ended],
            )
            for day in [*MONTH_ENDS[-12:], AS_OF]:
                active = float(ended is None or ended > day)
                con.execute(
                    "insert into indicators.ind_service values (?, ?, ?, 100, 0)",
                    [key, day, active],
                )
    return made


def matured_by_hand() -> int:
    """Active body and month end pairs whose thirty days were over on the last whole month."""
    ends = [day for day in MONTH_ENDS[-12:] if day <= date(2026, 9, 30)]
    return sum(1 for number in range(BODIES) for day in ends if LEFT.get(number, date.max) > day)


def test_everybody_of_the_party_gets_the_rate_of_the_party_and_nobody_a_rank(world):
    fit = fit_offer(world.settings, OFFER, AS_OF)
    result = score_offer(world.settings, OFFER, AS_OF)
    assert fit.status == "counted"
    assert fit.champion == result.model_version
    with duckdb.connect() as con:
        rows = con.execute(f"select * from '{result.path}' order by customer_key").fetchall()
        names = [column[0] for column in con.description]
    scored = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["customer_key"] for row in scored] == [
        f"c{number:011d}" for number in range(BODIES) if number not in LEFT
    ]
    rate = (len(LEFT) + 0.5) / (matured_by_hand() + 1)
    assert [row["p_response"] for row in scored] == pytest.approx([rate] * len(scored))
    assert {(row["decile"], row["score_rank"], row["method_code"]) for row in scored} == {
        (None, None, "base_rate")
    }


def test_too_few_outcomes_give_no_rate_at_all(world):
    with world.open() as con:
        con.execute("delete from indicators.ind_service where as_of_date < '2026-08-31'")
    fit = fit_offer(world.settings, OFFER, AS_OF)
    assert (fit.status, fit.champion, fit.reason) == ("refused", None, "RP-4001")
    with pytest.raises(RapportError, match="RP-4001"):
        score_offer(world.settings, OFFER, AS_OF)
