"""New products on trial: one whose users tell what its needs do not, and two whose users do not.

Every number is counted again from the planted people in numpy. What does not belong here: hand
examples of the formulas (the models' unit tests).
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.analysis.sql import load_seed, model

BANDS, TIERS = 3, 2
CELLS = BANDS * TIERS
PEOPLE, MONTHS = 12_000, 9
MONTH_ENDS = [date(2026, month + 1, 1) - timedelta(days=1) for month in range(1, MONTHS + 1)]
TASTE = {
    "own": np.array([4.0, 2.0, 1.0, 0.5, 0.3, 0.2]),  # nothing that needs would tell
    "needs": None,  # exactly as the needs foretell
    "rare": np.array([4.0, 2.0, 1.0, 0.5, 0.3, 0.2]),
}
MONTHLY = {"own": 150, "needs": 150, "rare": 8}
CHAIN = ("int_product_trial", "int_trial_need", "int_trial_taker", "int_product_handover")


def affinity(cell: np.ndarray, in_need: np.ndarray) -> np.ndarray:
    """How much more common the one need is per cell than overall, drawn to it as if by 50."""
    people, overall = np.bincount(cell, minlength=CELLS), in_need.mean()
    return (np.bincount(cell[in_need], minlength=CELLS) + 50 * overall) / (people + 50) / overall


@pytest.fixture(scope="module")
def world() -> dict:
    """People in six cells, some with a guard, more in some cells than others; who takes what."""
    rng = np.random.default_rng(20_261_122)
    cell = rng.integers(0, CELLS, PEOPLE)
    guarded = rng.random(PEOPLE) < np.linspace(0.2, 0.6, CELLS)[cell]
    held = [(n, "GUARD" if has else "PLAN", date(2025, 5, 1)) for n, has in enumerate(guarded)]
    needs = affinity(cell, guarded)
    taken: dict[str, np.ndarray] = {}
    for product, taste in TASTE.items():
        free = np.ones(PEOPLE, bool)
        month = np.full(PEOPLE, -1)
        for place in range(MONTHS):
            weight = (needs if taste is None else taste)[cell] * free
            chosen = rng.choice(PEOPLE, MONTHLY[product], False, weight / weight.sum())
            month[chosen], free[chosen] = place, False
            held += [(n, product, MONTH_ENDS[place].replace(day=1 + n % 28)) for n in chosen]
        taken[product] = month
    return {"cell": cell, "guarded": guarded, "held": held, "taken": taken}


def build(world: dict, as_of: date) -> pd.DataFrame:
    """Judge the trials as of a month end, by the models one after the other."""
    ends = [end for end in MONTH_ENDS if end <= as_of]
    held = pd.DataFrame(world["held"], columns=["n", "product_id", "started_date"])
    people = pd.DataFrame({"n": range(PEOPLE), "cell": world["cell"]})
    with duckdb.connect() as con:
        for seed in ("analysis_rules", "product_substitutes"):
            load_seed(con, seed)
        con.register("held", held)
        con.register("people", people)
        con.register("ends", pd.DataFrame({"as_of_date": ends}))
        con.execute(f"""
            create table run_context as select date '{as_of}' as as_of_date;
            create table snapshots as
                select as_of_date::date as as_of_date, true as is_month_end, 'v' as version
                from ends;
            create table product_needs as
                select * from (values ('security', 'safety', 3), ('new', 'safety', 2))
                as t (family_code, need_code, need_level);
            create table dim_product as select product_id, 'new' as family_code,
                date '2026-01-01' as launched_date, null::date as retired_date
                from (values ('own'), ('needs'), ('rare')) as t (product_id);
            create table seg_age_band as select n as customer_key, as_of_date,
                cell // {TIERS} as segment_code from people cross join snapshots;
            create table seg_region_tier as select n as customer_key, as_of_date,
                cell % {TIERS} as segment_code from people cross join snapshots;
            create table ind_profile as
                select n as customer_key, as_of_date, 1 as is_consumer
                from people cross join snapshots;
            create table int_subscription_snapshot as
                select n as customer_key, product_id, as_of_date, true as is_active,
                    started_date::date as started_date,
                    case product_id when 'GUARD' then 'security' when 'PLAN' then 'plan'
                        else 'new' end as family_code
                from held join snapshots on started_date::date <= as_of_date""")
        for name in CHAIN:
            con.execute(f"create table {name} as {model(f'analysis/match/{name}')}")
        return con.sql("select * from int_product_handover order by product_id, as_of_date").df()


@pytest.fixture(scope="module")
def judged(world) -> pd.DataFrame:
    return build(world, MONTH_ENDS[-1])


def test_losses_are_those_counted_from_the_people(world, judged):
    cell = world["cell"]
    people = np.bincount(cell, minlength=CELLS)
    assert len(judged) == len(TASTE) * (MONTHS - 1)
    for row in judged.itertuples():
        place = MONTH_ENDS.index(row.as_of_date.date())
        month = world["taken"][row.product_id]
        users = np.bincount(cell[(month >= 0) & (month < place)], minlength=CELLS)
        exposed = people - users
        takers = cell[month == place]
        share = (users + 50 * users.sum() / PEOPLE) / (people + 50)
        in_need = world["guarded"].copy()
        for months in world["taken"].values():
            in_need |= (months >= 0) & (months < place)
        forecasts = (exposed * affinity(cell, in_need), exposed * share)
        losses = [-np.log(weight / weight.sum())[takers] for weight in forecasts]
        error = (losses[0] - losses[1]).std(ddof=1) / np.sqrt(len(takers))
        assert (row.users_count, row.takers_count) == (users.sum(), len(takers))
        found = (row.attribute_loss, row.behaviour_loss, row.gain_error)
        assert found == pytest.approx((losses[0].mean(), losses[1].mean(), error), abs=2e-6)


def test_a_product_is_handed_over_by_what_its_users_tell_and_by_nothing_else(judged):
    handed = judged.groupby("product_id")["handed_over_date"].max()
    assert handed["own"].date() == MONTH_ENDS[2], "two months after that of the launch"
    assert pd.isna(handed["needs"]) and pd.isna(handed["rare"])
    rare = judged[judged["product_id"] == "rare"]
    assert set(rare["verdict_code"]) == {"too_few_takers"}


@pytest.mark.parametrize("place", [1, 2, 5])
def test_what_was_judged_once_stays(world, judged, place):
    """History first and then the days: an earlier day knows the same rows, only fewer."""
    then = build(world, MONTH_ENDS[place])
    known = judged[judged["as_of_date"].dt.date <= MONTH_ENDS[place]].reset_index(drop=True)
    known = known.assign(
        handed_over_date=known["handed_over_date"].where(
            known["handed_over_date"].dt.date <= MONTH_ENDS[place]
        )
    )
    pd.testing.assert_frame_equal(then, known, check_dtype=False)
