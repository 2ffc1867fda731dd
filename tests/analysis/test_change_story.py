"""What is told of an abnormal change: to whom, since when, and through which part it came.

Panels with known shocks go through the model itself; what moved is added up here from the parts.
What does not belong here: how surely a value is abnormal (tests/unit/test_abnormal_change.py).
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.analysis.sql import load_seed, model

TODAY = date(2026, 11, 7)
DAYS = [TODAY - timedelta(n) for n in range(90)]
POPULATION = 1_000
LEVEL_DAYS = 28
"""Comparable days that make what is usual."""
SHOCKED = {"c00": 9_000, "c01": 5_000, "c02": 7_000, "c03": 3_000}
"""Yuan that came today beside the usual 100, all by roaming."""
SINCE = {"c03": 4}
"""Days on which it came, where it is more than today."""
FALLEN = "c04"


def flows() -> pd.DataFrame:
    """Draw what 40 customers spend a day by fees and roaming, and what flows into their wallets."""
    rng = np.random.default_rng(3)
    rows = []
    for who in (f"c{n:02d}" for n in range(40)):
        for age, day in enumerate(DAYS):
            fee, roaming = 90 * rng.lognormal(0, 0.1), 10 * rng.lognormal(0, 0.1)
            shocked = who in SHOCKED and age < SINCE.get(who, 1)
            rows.append((who, "spend", day, "fee", fee))
            rows.append((who, "spend", day, "roaming", roaming + shocked * SHOCKED.get(who, 0)))
            inflow = 500 * rng.lognormal(0, 0.1) / (100 if who == FALLEN and age == 0 else 1)
            rows.append((who, "inflow", day, "wallet", inflow))
    columns = ["customer_key", "indicator_name", "event_date", "component_code", "actual_value"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def parts() -> pd.DataFrame:
    return flows()


@pytest.fixture(scope="module")
def told(parts) -> pd.DataFrame:
    con = duckdb.connect()
    con.execute("set threads = 1")
    con.register("int_change_flow", parts)
    whole = parts.groupby(["customer_key", "indicator_name", "event_date"], as_index=False).sum()
    con.register("whole", whole)
    load_seed(con, "alert_policy")
    con.execute(f"create table run_context as select date '{TODAY}' as as_of_date")
    con.execute(f"create table dim_customer as select range from range({POPULATION})")
    con.execute(
        """create table int_change_series as select customer_key as entity_id, 'all' as cohort_code,
            indicator_name, event_date::date as event_date, actual_value, null::double as base_value
        from whole"""
    )
    con.execute(
        """create table int_change_calendar as select distinct event_date,
            event_date as calendar_date, concat('weekday_', isodow(event_date)) as season_code,
            isodow(event_date) >= 6 as is_day_off, day(event_date)::integer as month_day
        from int_change_series"""
    )
    con.execute(
        """create table key_indicators as select *, 'amount' as kind_code, 1 as window_days,
            true as is_quiet_zero, 14 as minimum_history, 1.0 as negligible_value
        from (values ('spend', 'both', 1), ('inflow', 'up', 2))
            as lines (indicator_name, direction_code, yuan_per_unit)"""
    )
    query = model("analysis/change/fct_abnormal_change", 20)
    return con.sql(query).df().set_index(["indicator_name", "customer_key"]).sort_index()


def test_alerts_are_the_abnormal_changes_of_most_money_that_the_budget_allows(told):
    abnormal = told[told["is_abnormal"]]
    assert set(abnormal.index) == {("spend", who) for who in SHOCKED}
    two_in_a_thousand = POPULATION * 2 // 1_000
    assert set(told.index[told["is_alert"]]) == {("spend", "c00"), ("spend", "c02")}
    assert told["is_alert"].sum() == two_in_a_thousand
    money = (abnormal["actual_value"] - abnormal["expected_value"]).to_numpy()
    assert abnormal["magnitude_yuan"].to_numpy() == pytest.approx(money)


def test_a_fall_of_what_is_watched_for_rises_is_no_abnormal_change(told):
    fallen = told.loc[("inflow", FALLEN)]
    assert fallen["q_value"] < 0.001
    assert fallen["direction_code"] == "down"
    assert not fallen["is_abnormal"]


def test_a_change_began_on_the_first_day_of_the_unbroken_run(told):
    for who in SHOCKED:
        began = TODAY - timedelta(SINCE.get(who, 1) - 1)
        assert told.loc[("spend", who), "first_seen_date"].date() == began, who


def test_the_part_named_is_the_one_that_moved_most_with_its_share_of_the_move(told, parts):
    by_day = parts[parts["indicator_name"] == "spend"].pivot_table(
        index=["customer_key", "event_date"], columns="component_code", values="actual_value"
    )
    for who in SHOCKED:
        days = by_day.loc[who].sort_index()
        moves = (days.iloc[-1] - days.iloc[-1 - LEVEL_DAYS : -1].mean()).clip(lower=0)
        assert told.loc[("spend", who), "component_code"] == "roaming" == moves.idxmax()
        share = told.loc[("spend", who), "component_share"]
        assert share == pytest.approx(moves["roaming"] / moves.sum())
    assert told.loc[~told["is_abnormal"], "component_code"].isna().all()
