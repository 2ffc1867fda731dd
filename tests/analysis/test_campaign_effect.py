"""Intervals of a campaign's effect on the drawn and on the reached, over a hundred planted worlds.

The product's SQL judges audiences that the simulator drew with known probabilities. What does not
belong here: hand values (unit tests beside the model), whole runs (end_to_end).
"""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from simulator import campaigns
from simulator.periods import periods
from tests.analysis import sql

WORLDS, AUDIENCE = 100, 4000


def test_intervals_of_both_effects_cover_the_planted_ones_in_93_of_100_worlds():
    month = list(periods(date(2026, 1, 1), 1, 0))[1]
    (campaign,) = (c for c in campaigns.plan(month, 0) if c.objective == "up_sell")
    everybody, nobody = np.arange(AUDIENCE), np.zeros(AUDIENCE, bool)
    with duckdb.connect() as con:
        con.execute(
            "create table cmp_response (campaign_id integer, customer_key integer,"
            " arm_code varchar, is_mature boolean, is_response boolean)"
        )
        con.execute(
            "create table cmp_contact (campaign_id integer, customer_key integer,"
            " is_reached boolean)"
        )
        truth = {}
        for world in range(WORLDS):
            rng = np.random.default_rng(world)
            p = rng.beta(1, 6, AUDIENCE)
            drawn = campaigns.draw_members(rng, campaign, everybody, p, 0.12 * p, nobody, nobody)
            truth[world] = [
                (arm - drawn.p_control).mean() for arm in (drawn.p_treated, drawn.p_reached)
            ]
            members = pa.table({  # noqa: F841
                "person": everybody,
                "treated": drawn.is_treated,
                "reached": drawn.is_reached,
                "responded": drawn.responded,
            })  # fmt: skip
            con.execute(
                f"insert into cmp_response select {world}, person,"
                " if(treated, 'treatment', 'control'), true, responded from members"
            )
            con.execute(
                f"insert into cmp_contact select {world}, person, reached from members"
                " where treated"
            )
        found = con.sql(
            "select campaign_id, itt_ci_low_share, itt_ci_high_share, cace_ci_low_share,"
            f" cace_ci_high_share from ({sql.model('campaigns/past/cmp_effect')})"
        ).fetchall()
    assert len(found) == WORLDS
    itt = sum(low <= truth[world][0] <= high for world, low, high, _, _ in found)
    cace = sum(low <= truth[world][1] <= high for world, _, _, low, high in found)
    assert min(itt, cace) >= 93
