"""The campaign review against what the simulator planted: effects known before anyone measured.

The truth of a retention campaign is a change in leaving, the review counts who stayed: same size,
other sign. What does not belong here: the arithmetic of one interval (unit tests beside the model).
"""

import duckdb
import numpy as np
import pytest

from ml import effect, features, trial, uplift
from tests.end_to_end.conftest import AS_OF


@pytest.fixture(scope="module")
def effects(reference, world):
    """Per judged campaign: objective, planted effect, measured effect, its bounds, members."""
    with duckdb.connect(reference.current / "marts.duckdb", read_only=True) as con:
        return con.sql(f"""
            select
                planted.objective,
                case when planted.objective = 'retention' then -1 else 1 end * planted.itt_share,
                review.itt_share, review.itt_ci_low_share, review.itt_ci_high_share,
                planted.audience
            from '{world}/truth/campaign_effects.parquet' as planted
            inner join mart_campaign_review as review
                on review.campaign_id = planted.campaign_id and review.arm_code = 'treatment'
            where review.itt_share is not null
        """).fetchall()


def test_the_interval_of_an_effect_covers_the_planted_one_nineteen_times_in_twenty(effects):
    assert len(effects) > 10
    covered = sum(low <= planted <= high for _, planted, _, low, high, _ in effects)
    assert covered >= 0.87 * len(effects)


def test_many_small_campaigns_together_find_the_planted_effect_of_an_up_sell(effects):
    up_sells = [effect for effect in effects if effect[0] == "up_sell"]
    members = sum(effect[5] for effect in up_sells)
    planted = sum(effect[1] * effect[5] for effect in up_sells) / members
    measured = sum(effect[2] * effect[5] for effect in up_sells) / members
    assert planted > 0.05, "an effect too small to find proves nothing"
    assert measured == pytest.approx(planted, abs=0.05)
    assert measured > 0.04


def test_a_trial_holds_everybody_who_was_drawn_in_the_arm_drawn_and_finds_the_planted_effect(
    reference, world
):
    with features.connect(reference.settings) as con:
        fibre = next(g for g in trial.groups(con, AS_OF) if g.offer == "up_sell_fibre")
        people = trial.read(con, [fibre])["up_sell_fibre"]
        planted = con.sql(f"""
            select bool_or(truth.is_treated) as treated, avg(p_treated - p_control) as effect
            from member
            inner join customer.int_customer_xref as xref
                on member.customer_key = xref.customer_key
                and xref.source_name = 'crm' and xref.entity = 'customer'
            inner join '{world}/truth/campaign_members.parquet' as truth
                on truth.customer_id = xref.source_id
                and truth.campaign_id = member.campaign_id
            group by member.row_id order by member.row_id
        """).fetchnumpy()
    assert len(people.treated) > 300
    assert people.treated.tolist() == planted["treated"].tolist()
    measured = uplift.judge(people, {"response": np.zeros(len(people.treated))})["effect"]
    assert measured.low <= planted["effect"].mean() <= measured.high
    assert measured.low > 0


def test_a_trial_with_few_held_out_is_not_judged_and_the_run_says_why(reference):
    result = effect.measure(reference.settings, AS_OF)
    assert result.rows == 0
    assert any("RP-4020" in problem and "up_sell_fibre" in problem for problem in result.problems)
