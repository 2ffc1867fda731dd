"""Abnormal change: planted shocks are found, paydays and noise are not, and probabilities are true.

Panels are drawn here with a seed; wallets come from the sample world, which knows whom it shocked.
"""

from datetime import date, timedelta
from itertools import pairwise

import duckdb
import numpy as np
import pandas as pd
import pytest
from change_sql import MACROS, Judge, Watched
from jinja2 import Environment
from scipy import stats
from sklearn.metrics import roc_auc_score

from simulator import balances
from simulator.people import make_people
from simulator.periods import Period, as_date, day_number

LAST = date(2026, 11, 7)
HOLIDAYS = [date(2026, 5, 1) + timedelta(n) for n in range(5)] + [
    date(2026, 10, 1) + timedelta(n) for n in range(8)
]
SCALE = {"normal": 0.3, "student": 0.2}
macros = Environment(extensions=["jinja2.ext.do"]).from_string(MACROS).module


def panel(seed: int, noise: str = "normal", size: int = 150, days: int = 260) -> pd.DataFrame:
    """Draw daily amounts with weekday, holiday and salary-day patterns of each customer's own."""
    rng = np.random.default_rng(seed)
    dates = pd.date_range(end=pd.Timestamp(LAST), periods=days)
    draws = rng.normal(size=(size, days)) if noise == "normal" else rng.standard_t(3, (size, days))
    level = rng.normal(6, 1, (size, 1)) + rng.normal(0, 0.2, (size, 7))[:, dates.weekday]
    off = (dates.weekday >= 5) | dates.isin(pd.DatetimeIndex(HOLIDAYS))
    payday = dates.day.to_numpy()[None, :] == rng.integers(1, 29, (size, 1))
    payday[: size // 4] = dates.day == LAST.day
    logs = level - off + 2.5 * payday + SCALE[noise] * draws
    return pd.DataFrame(
        {
            "entity_id": np.repeat([f"c{n:04d}" for n in range(size)], days),
            "cohort_code": "all",
            "indicator_name": "spend",
            "event_date": np.tile(dates.date, size),
            "value": np.exp(logs).ravel(),
        }
    )


def judge(rows: pd.DataFrame, **line: object) -> Judge:
    return Judge(rows, [Watched("spend", **line)], HOLIDAYS)


def with_shocks(rows: pd.DataFrame, seed: int, factor: float) -> np.ndarray:
    """Multiply or divide the last value of some customers; return who they are."""
    size = rows["entity_id"].nunique()
    hit = np.random.default_rng(seed).random(size) < 0.1
    last = np.flatnonzero(rows["event_date"] == LAST)
    rows.loc[last[hit], "value"] *= np.where(np.arange(hit.sum()) % 2, factor, 1 / factor)
    return hit


def test_planted_shocks_are_found_in_seasonal_series_with_light_and_heavy_noise():
    true = false = 0
    for noise in ("normal", "student"):
        rows = panel(1, noise)
        hit = with_shocks(rows, 2, factor=12)
        found = judge(rows).on(LAST)
        assert roc_auc_score(hit, -found["p_value"]) >= 0.95
        true += ((found["q_value"] <= 0.05) & hit).sum()
        false += ((found["q_value"] <= 0.05) & ~hit).sum()
    assert true >= 0.8 * 2 * hit.sum()
    assert false <= 0.1 * (true + false), "a rate of .05 on average, on so few no more than .1"


@pytest.mark.parametrize("noise", ["normal", "student"])
def test_pure_noise_raises_no_false_discovery_and_its_p_values_are_near_uniform(noise):
    found = judge(panel(5, noise)).on(LAST)
    assert (found["q_value"] > 0.05).all()
    assert (found["p_value"] <= 0.1).mean() < 0.1 + 3 * np.sqrt(0.1 * 0.9 / len(found))
    assert (found["p_value"] <= 0.01).mean() <= 0.03


def test_a_salary_on_its_day_is_usual_and_the_same_money_on_another_day_is_not():
    dates = pd.date_range("2026-01-01", LAST)
    paid = np.where(dates.day == LAST.day, 8000.0, 50.0 + dates.day)
    rows = pd.DataFrame({"event_date": dates.date, "value": paid})
    rows = rows.assign(entity_id="c", cohort_code=None, indicator_name="spend")
    salary = judge(rows).on(LAST).iloc[0]
    assert salary["baseline_code"] == "day_of_month"
    assert salary["p_value"] > 0.5
    rows.loc[rows["event_date"] == LAST - timedelta(1), "value"] = 8000.0
    assert judge(rows).on(LAST - timedelta(1)).iloc[0]["p_value"] < 1e-3


def test_equal_values_have_a_spread_of_a_tenth_so_that_a_little_more_is_no_alarm():
    dates = pd.date_range(end=pd.Timestamp(LAST), periods=50)
    rows = pd.DataFrame({"event_date": dates.date, "value": 99.0})
    rows = rows.assign(entity_id="c", cohort_code=None, indicator_name="spend")
    rows.loc[rows.index[-1], "value"] = 109.0
    assert judge(rows).on(LAST).iloc[0]["p_value"] > 0.3
    rows.loc[rows.index[-1], "value"] = 990.0
    # ln 10 in tenths, less the scatter of a median of 28, which is exactly 1 + pi / 56
    expected = np.log(991 / 100) / 0.1 / np.sqrt(1 + np.pi / 56)
    assert judge(rows).on(LAST).iloc[0]["robust_z"] == pytest.approx(expected)


def test_who_has_too_little_history_is_held_against_the_cohort_and_labelled():
    rows = panel(7)
    rows = rows[(rows["entity_id"] >= "c0002") | (rows["event_date"] > LAST - timedelta(4))]
    rows.loc[(rows["entity_id"] == "c0000") & (rows["event_date"] == LAST), "value"] = 1e9
    found = judge(rows).on(LAST).set_index("entity_id")
    assert set(found.index[found["baseline_code"] == "cohort"]) == {"c0000", "c0001"}
    assert found.loc["c0000", "q_value"] < 0.05 < found.loc["c0001", "q_value"]


def test_only_the_past_is_used():
    rows = panel(8, size=40, days=120)
    day = LAST - timedelta(10)
    known = judge(rows[rows["event_date"] <= day]).on(day)
    rows.loc[rows["event_date"] > day, "value"] *= 1000
    pd.testing.assert_frame_equal(known, judge(rows).on(day))


def test_a_single_event_where_none_ever_was_has_the_probability_of_a_poisson_count():
    weeks = [LAST - timedelta(7 * n) for n in range(27)]
    rows = pd.DataFrame({"event_date": weeks, "value": [2.0] + [0.0] * 26})
    rows = rows.assign(entity_id="c", cohort_code=None, indicator_name="spend")
    found = judge(rows, kind_code="count", window_days=7).on(LAST).iloc[0]
    exact = stats.poisson.sf(1, 0.5 / 26)
    assert exact / 3 < found["p_value"] < exact * 3


def test_adjusted_probabilities_are_those_of_benjamini_and_hochberg():
    rows = panel(9, size=60, days=120)
    with_shocks(rows, 3, factor=8)
    found = judge(rows, at_risk_count=100).on(LAST)
    quiet = np.ones(100 - len(found))
    ours = found["q_value"].to_numpy()
    theirs = stats.false_discovery_control(np.concatenate([found["p_value"], quiet]))
    assert ours == pytest.approx(theirs[: len(found)])


def test_tails_agree_with_scipy():
    con = duckdb.connect()
    for z in (0.0, 0.5, 1.96, 4.0, 7.0, 12.0):
        ours = con.sql(f"select {macros.normal_two_sided(f'{z}e0')}").fetchone()[0]
        assert ours == pytest.approx(2 * stats.norm.sf(z), rel=1e-6)
    for df in (3, 5, 10, 30):
        as_normal = con.sql(f"select {macros.t_as_normal('4e0', f'{df}e0')}").fetchone()[0]
        assert 2 * stats.norm.sf(as_normal) == pytest.approx(2 * stats.t.sf(4, df), rel=0.2)
        p95 = stats.t.ppf(0.975, df) * 0.6745 / stats.t.ppf(0.75, df)
        heavy = con.sql(f"select {macros.heaviness(f'{p95}e0')}").fetchone()[0]
        assert heavy == pytest.approx(1 / df, abs=0.012)


@pytest.fixture(scope="module")
def wallets() -> tuple[pd.DataFrame, pd.DataFrame]:
    """Thirteen months of inflows of the sample world, and whom it shocked in the last of them."""
    first, last = day_number(date(2025, 10, 1)), day_number(date(2026, 10, 31))
    people = make_people(12_000, 4, first, last)
    rng = np.random.default_rng(4)
    balance = balances.opening_balances(rng, people)
    open_until = np.full(len(people), last + 1)
    starts = [
        day_number(day.date()) for day in pd.date_range("2025-10-01", "2026-11-01", freq="MS")
    ]
    blocks = [
        balances.balance_rows(rng, people, balance, open_until, Period(n, low, high - 1, ()))
        for n, (low, high) in enumerate(pairwise(starts))
    ]
    rows = pd.concat(
        pd.DataFrame({"entity_id": b.person, "day": b.day, "value": b.inflow / 100}) for b in blocks
    )
    rows = rows[rows["value"] > 0].assign(cohort_code="all", indicator_name="spend")
    rows["entity_id"] = rows["entity_id"].astype(str)
    rows["event_date"] = [as_date(day) for day in rows["day"]]
    shocked = rows[
        rows["entity_id"].isin(blocks[-1].shocked.astype(str)) & (rows["day"] >= starts[-2])
    ]
    return rows, shocked.loc[shocked.groupby("entity_id")["value"].idxmax()]


def test_the_sudden_inflows_planted_before_a_wealth_purchase_are_found(wallets):
    rows, shocks = wallets
    line = {"is_quiet_zero": False, "minimum_history": 6, "negligible_value": 100.0}
    day = shocks["event_date"].mode()[0]
    today = rows.loc[rows["event_date"] == day, "entity_id"]
    found = judge(rows[rows["entity_id"].isin(today)].reset_index(drop=True), **line).on(day)
    hit = found["entity_id"].isin(shocks.loc[shocks["event_date"] == day, "entity_id"])
    assert hit.sum() >= 5
    assert roc_auc_score(hit, -found["p_value"]) >= 0.95
    assert (found.loc[hit, "q_value"] <= 0.05).mean() >= 0.8
    assert (found.loc[~hit, "q_value"] <= 0.05).sum() <= 1
