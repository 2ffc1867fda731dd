"""The campaign review against what the simulator planted: effects known before anyone measured.

The truth of a retention campaign is a change in leaving, the review counts who stayed: same size,
other sign. What does not belong here: the arithmetic of one interval (unit tests beside the model).
"""

import duckdb
import pytest


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
