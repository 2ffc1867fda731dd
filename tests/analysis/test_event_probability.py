"""First events of a planted world with known hazards: the chances found are those planted.

The truth is a closed formula; follow-up is cut by the day of the run, as in life. What does not
belong here: which events and states the product has.
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pytest

from tests.analysis.sql import load_seed, model

AS_OF = date(2026, 11, 7)
SNAPSHOTS = [
    *(date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 1) - timedelta(days=1) for n in range(1, 14)),
    AS_OF,
]
HAZARDS = {"calm": (0.0008, 0.0012, 0.003), "restless": (0.003, 0.0005, 0.001)}
"""By day: churn, complaint, purchase."""
EVENTS = ("churn", "complaint", "purchase")
CUSTOMERS = 6_000
TOLERANCE = 0.007
"""Four standard deviations of a chance of .25 among 60,000 customer-months."""


def truth(state: str, event: str, days: int) -> float:
    any_day = sum(HAZARDS[state])
    return HAZARDS[state][EVENTS.index(event)] / any_day * (1 - (1 - any_day) ** days)


@pytest.fixture(scope="module")
def con():
    rng = np.random.default_rng(3)
    with duckdb.connect() as con:
        con.execute(f"create table run_context as select date '{AS_OF}' as as_of_date")
        con.execute("create table snapshots as select unnest(?::date[]) as as_of_date", [SNAPSHOTS])
        con.execute(
            """create table int_event_panel (customer_key text, as_of_date date, party_code text,
            stage_code text, state_code text, event_code text, days_to_event int)"""
        )
        for load in ("analysis_rules", "competing_events"):
            load_seed(con, load)
        for state, hazards in HAZARDS.items():
            for day in SNAPSHOTS:
                days = rng.geometric(sum(hazards), CUSTOMERS)
                event = rng.choice(3, CUSTOMERS, p=np.array(hazards) / sum(hazards))
                seen = days <= min((AS_OF - day).days, 90)
                con.register("drawn", {"days": days, "event": event, "seen": seen})
                con.execute(
                    """insert into int_event_panel select concat($1, row_number() over ()),
                        $2, 'p', 'p / s', $1, case when seen then $3[event + 1] end,
                        case when seen then days end from drawn""",
                    [state, day, list(EVENTS)],
                )
        con.execute(
            """insert into int_event_panel select concat('few', n), date '2026-03-31', 'p',
                'p / s', 'few', 'churn', 5 from range(5) as rows (n)"""
        )
        sql = model("analysis/events/int_event_probability")
        con.execute(f"create table int_event_probability as {sql}")
        yield con


def chances(con) -> dict[tuple[str, str], tuple[float, ...]]:
    rows = con.execute(
        "select state_code, event_code, p_30d, p_60d, p_90d from int_event_probability"
        " where origin_date = ?", [AS_OF],
    ).fetchall()  # fmt: skip
    return {(state, event): found for state, event, *found in rows}


@pytest.mark.parametrize("state", HAZARDS)
def test_planted_chances_are_found_at_every_horizon(con, state):
    found = chances(con)
    for event in EVENTS:
        for days, chance in zip((30, 60, 90), found[state, event], strict=True):
            assert chance == pytest.approx(truth(state, event, days), abs=TOLERANCE), (event, days)


def test_the_tolerance_is_finer_than_the_error_of_forgetting_who_is_watched_for_less(con):
    careless = con.sql(
        """select avg((coalesce(event_code, '') = 'purchase')::int)
        from int_event_panel where state_code = 'calm' and as_of_date < date '2026-11-07'"""
    ).fetchone()[0]
    assert truth("calm", "purchase", 90) - careless > 2 * TOLERANCE


def test_a_state_of_five_is_judged_by_its_group_and_chances_stay_chances(con):
    found = chances(con)
    few = found["few", "churn"][2]
    assert truth("calm", "churn", 90) < few < truth("restless", "churn", 90) < 1
    for state in (*HAZARDS, "few"):
        assert sum(found[state, event][2] for event in EVENTS) <= 1
        for event in EVENTS:
            assert 0 < found[state, event][0] < found[state, event][1] < found[state, event][2]


def test_without_a_history_of_the_horizon_nothing_is_said():
    with duckdb.connect() as con:
        con.execute("create table run_context as select date '2026-02-10' as as_of_date")
        con.execute("create table snapshots as select date '2025-12-31' as as_of_date")
        con.execute(
            """create table int_event_panel as select 'k' as customer_key,
                date '2025-12-31' as as_of_date, 'p' as party_code, 'p / s' as stage_code,
                'x' as state_code, 'churn' as event_code, 12 as days_to_event
            union all select 'l', date '2025-12-31', 'p', 'p / s', 'x', null, null"""
        )
        for load in ("analysis_rules", "competing_events"):
            load_seed(con, load)
        rows = con.sql(model("analysis/events/int_event_probability")).df()
    assert rows["p_30d"].notna().all()
    assert rows[["p_60d", "p_90d"]].isna().all().all(), "41 days were seen"


def test_later_months_come_out_as_the_earlier_ones_foretold(con):
    rows = con.sql(model("marts/events/mart_event_calibration")).df()
    assert set(rows["event_code"]) == set(EVENTS)
    assert set(rows["horizon_days"]) == {30, 60, 90}
    assert (rows["origin_date"].dt.date == date(2026, 7, 31)).all()
    assert rows["customers_count"].sum() == 9 * 2 * CUSTOMERS
    error = (rows["mean_predicted_share"] - rows["observed_share"]).abs()
    assert error.max() < 3 * TOLERANCE, "four deviations of 6,000 customers and of what was learned"
