"""Pins down what a training row is: label by hand, maturity, and the snapshot it may see."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from ml_world import AS_OF, MONTH_ENDS
from outcome_world import contact, holds, member, nine_customers, outcomes

from ml import features, labels
from ml.registry import declaration

LATEST = MONTH_ENDS[-2]
"""2026-09-30: the last month end that is 30 days before the 7th of November."""


@pytest.fixture
def world(tmp_path):
    return nine_customers(tmp_path)


def test_a_response_is_an_acceptance_or_the_offered_product_within_the_horizon(world):
    with world.open() as con:
        for key in ("c1", "c2", "c3", "c4", "c5", "c6"):
            member(con, key, "2026-06-03")
        contact(con, "c1", "2026-06-05")
        contact(con, "c1", "2026-07-05", "accepted")  # the 30th day
        contact(con, "c2", "2026-06-05")
        contact(con, "c2", "2026-07-06", "accepted")  # one day late
        contact(con, "c3", "2026-06-05", "no_answer")
        holds(con, "c3", "2026-06-20")
        contact(con, "c4", "2026-06-05")
        holds(con, "c4", "2026-06-20", family="tv")  # bought something else
        holds(con, "c5", "2026-06-03")  # nobody reached them, and they bought all the same
        contact(con, "c6", "2026-06-05")
        contact(con, "c6", "2026-06-06", "accepted", way="inbound")
        contact(con, "c6", "2026-06-07", "accepted", campaign="TV")
        holds(con, "c6", "2026-06-04")  # before the call
    may = "2026-05-31"
    assert outcomes(world) == {
        ("c1", "2026-06-05"): (True, may),
        ("c2", "2026-06-05"): (False, may),
        ("c3", "2026-06-05"): (True, may),
        ("c4", "2026-06-05"): (False, may),
        ("c5", "2026-06-03"): (True, may),
        ("c6", "2026-06-05"): (False, may),
    }


def test_an_outcome_sees_the_last_snapshot_strictly_before_the_contact(world):
    with world.open() as con:
        for key, day in (("c1", "2026-05-30"), ("c2", "2026-05-31"), ("c3", "2026-06-01")):
            member(con, key, day)
            contact(con, key, day)
        member(con, "c4", "2025-10-31")  # no snapshot yet: no row rather than a later one
        member(con, "c5", "2026-05-20")
        contact(con, "c5", "2026-06-10")  # the contact counts, not the draw
    seen = {key: snapshot for (key, _), (_, snapshot) in outcomes(world).items()}
    assert seen == {
        "c1": "2026-04-30",
        "c2": "2026-04-30",
        "c3": "2026-05-31",
        "c5": "2026-05-31",
    }
    with features.connect(world.settings) as con:
        known = features.catalogue(con)
        con.execute(
            "create temporary table wanted as select * from (values "
            "(0, 'c1', date '2026-04-30'), (1, 'c3', date '2026-05-31'), (2, 'c9', null)) "
            "as w(row_id, customer_key, as_of_date)"
        )
        columns = features.named(known, ["call_minutes_30d", "data_mb_30d", "roaming_30d"], "x")
        matrix = features.matrix(con, "wanted", columns, 3)
    position = {str(day): place for place, day in enumerate(MONTH_ENDS)}
    nan = pytest.approx(float("nan"), nan_ok=True)
    assert matrix[0].tolist() == [nan, position["2026-04-30"], nan]
    assert matrix[1].tolist() == [nan, position["2026-05-31"], nan]
    assert matrix[2].tolist() == [nan, nan, nan], "missing is missing, never zero"


def test_a_contact_younger_than_the_horizon_is_not_a_negative(world):
    with world.open() as con:
        for key, day in (("c1", "2026-09-30"), ("c2", "2026-10-01"), ("c3", "2026-11-01")):
            member(con, key, day)
            contact(con, key, day)
        contact(con, "c3", "2026-11-02", "accepted")
    assert set(outcomes(world)) == {("c1", "2026-09-30")}
    assert set(outcomes(world, as_of=date(2026, 10, 29))) == set()
    later = outcomes(world, as_of=date(2026, 12, 31))
    assert later["c3", "2026-11-01"] == (True, "2026-10-31")


def test_only_treated_consumers_of_the_population_and_of_the_right_campaigns_are_rows(world):
    with world.open() as con:
        member(con, "c1", "2026-06-03")
        member(con, "c2", "2026-06-03", arm="control")
        member(con, "c3", "2026-06-03", campaign="TV")
        member(con, "c4", "2026-06-03", campaign="STAY")
        member(con, "c8", "2026-06-03")  # holds nothing
        member(con, "c9", "2026-06-03")  # a business
    assert set(outcomes(world)) == {("c1", "2026-06-03")}


def test_a_customer_lapses_when_nothing_is_active_at_the_close_of_the_horizon(world):
    with world.open() as con:
        holds(con, "c1", "2020-01-01")
        holds(con, "c2", "2020-01-01", "2026-10-29")
        holds(con, "c3", "2020-01-01", "2026-10-30")  # ends on the 30th day: over at its close
        holds(con, "c4", "2020-01-01", "2026-10-31")
        holds(con, "c5", "2020-01-01", "2026-10-05", family="tv")
        holds(con, "c5", "2026-10-20", family="voice")  # came back in time
        holds(con, "c6", "2020-01-01", "2026-10-05")
        holds(con, "c6", "2026-11-02")  # came back too late
        for key in ("c7", "c8", "c9"):
            holds(con, key, "2020-01-01")
    found = outcomes(world, "churn")
    anchor = "2026-10-01"
    assert {key: label for (key, day), (label, _) in found.items() if day == anchor} == {
        "c1": False,
        "c2": True,
        "c3": True,
        "c4": False,
        "c5": False,
        "c6": True,
        "c7": False,
    }
    assert {snapshot for (_, day), (_, snapshot) in found.items() if day == anchor} == {str(LATEST)}
    assert max(day for _, day in found) == anchor, "October's leavers are not known yet"


def test_an_adoption_is_the_product_taken_out_within_the_horizon_asked_or_not(world):
    with world.open() as con:
        holds(con, "c1", "2026-09-30", product="WAL2")  # on the day itself: known already
        holds(con, "c2", "2026-10-01", product="WAL2")
        holds(con, "c3", "2026-10-30", product="WAL2")  # the 30th day
        holds(con, "c4", "2026-10-31", product="WAL2")
        holds(con, "c5", "2026-10-05", product="WAL1")  # something else
        for key in ("c6", "c6"):
            holds(con, key, "2026-10-05", product="WAL2")  # twice is one customer
        con.execute("update indicators.ind_service set holds_fibre = 1")
    model = replace(declaration("wealth"), population="holds_fibre = 1")
    with features.connect(world.settings) as con:
        labels.make_outcomes(con, model, features.population(features.catalogue(con), model), AS_OF)
        rows = con.sql(
            "select customer_key, is_positive, as_of_date from outcome "
            "where anchor_date = date '2026-10-01'"
        ).fetchall()
    assert {key for key, label, _ in rows if label} == {"c2", "c3", "c6"}
    assert len(rows) == 8, "every consumer once"
    assert {seen for *_, seen in rows} == {LATEST}


@pytest.mark.parametrize(
    ("as_of", "end"),
    [
        ("2026-11-07", "2026-09-30"),
        ("2026-10-30", "2026-09-30"),
        ("2026-10-29", "2026-08-31"),
        ("2026-03-30", "2026-02-28"),
        ("2026-01-30", "2025-12-31"),
    ],
)
def test_the_window_ends_at_the_last_matured_month_end(as_of, end):
    assert labels.window_end(date.fromisoformat(as_of), 30) == date.fromisoformat(end)


def test_a_week_of_daily_runs_sees_the_same_training_data():
    ends = [labels.window_end(date(2026, 11, day), 30) for day in range(1, 8)]
    assert all(first == second for first, second in pairwise(ends))
