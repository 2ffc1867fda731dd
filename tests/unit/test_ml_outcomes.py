"""Pins down what a training row is: label by hand, maturity, and the snapshot it may see."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from ml_world import AS_OF, CATALOGUED, MONTH_ENDS, empty

from ml import features, labels, split
from ml.registry import declaration
from warehouse.errors import RapportError

LATEST = MONTH_ENDS[-2]
"""2026-09-30: the last month end that is 30 days before the 7th of November."""


@pytest.fixture
def world(tmp_path):
    """Customers c1 .. c9 as of every month end; `data_mb_30d` says which snapshot it is."""
    world = empty(tmp_path)
    with world.open() as con:
        con.execute("create temporary table number as select unnest(range(1, 10)) as n")
        con.execute(
            "create temporary table day as "
            "select unnest(?::date[]) as d, unnest(range(13)) as place",
            [MONTH_ENDS],
        )
        con.execute(
            "insert into customer.dim_customer select 'c' || n, if(n = 9, 'B', 'C') from number"
        )
        con.execute(
            "insert into customer.int_customer_xref "
            "select 'crm', 'customer', 'crm-c' || n, 'c' || n from number"
        )
        con.execute(
            "insert into indicators.ind_service select 'c' || n, d, n <> 8, 100, 0 from number, day"
        )
        con.execute(
            "insert into indicators.ind_usage "
            "select 'c' || n, d, place, null, 'inf' from number, day"
        )
        con.execute("insert into customer.dim_product values ('P-F', 'fibre'), ('P-T', 'tv')")
        con.execute(
            "insert into customer.dim_campaign values "
            "('FIBRE', 'up_sell', 'P-F'), ('TV', 'up_sell', 'P-T'), ('STAY', 'retention', null)"
        )
    return world


def member(con, key: str, assigned: str, campaign: str = "FIBRE", arm: str = "treatment") -> None:
    con.execute(
        "insert into facts.fct_campaign_member values (?, ?, ?, ?)",
        [campaign, f"crm-{key}", arm, assigned],
    )


def contact(
    con,
    key: str,
    day: str,
    outcome: str = "refused",
    campaign: str = "FIBRE",
    way: str = "outbound",
) -> None:
    con.execute(
        "insert into facts.fct_contact values (?, ?, ?, ?, ?)",
        [campaign, f"crm-{key}", way, day, outcome],
    )


def holds(
    con,
    key: str,
    started: str,
    ended: str | None = None,
    family: str = "fibre",
    product: str | None = None,
) -> None:
    con.execute(
        "insert into customer.dim_subscription values (?, ?, ?, ?, ?)",
        [key, family, started, ended, product],
    )


def outcomes(world, offer: str = "fibre_upgrade", as_of: date = AS_OF) -> dict:
    """(customer, anchor) -> (label, snapshot)."""
    model = declaration(offer)
    with features.connect(world.settings) as con:
        known = features.catalogue(con)
        labels.make_outcomes(con, model, features.population(known, model), as_of)
        rows = con.sql(
            "select customer_key, anchor_date, is_positive, as_of_date from outcome"
        ).fetchall()
    found = {(key, str(anchor)): (label, str(seen)) for key, anchor, label, seen in rows}
    assert len(found) == len(rows), "one row per customer and anchor in these worlds"
    return found


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


def test_the_latest_snapshots_test_and_those_before_them_calibrate(world):
    blocks = [(day, 100) for day in reversed(MONTH_ENDS[:10])]
    parts = split._by_time(blocks)
    assert [parts[day] for day in MONTH_ENDS[:10]] == [
        *["fit"] * 6, *["calibrate"] * 2, *["test"] * 2,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "statement",
    [
        f"insert into {CATALOGUED} values (1, 'x; drop table y', 'ind_usage')",
        f"insert into {CATALOGUED} values (1, 'data_mb_30d', 'ind_usage as u, secrets')",
        f"insert into {CATALOGUED} values (1, 'gone', 'ind_usage')",
        "alter table indicators.ind_usage alter column data_mb_30d type decimal(12, 2)",
    ],
)
def test_a_catalogue_entry_that_is_no_plain_double_column_never_reaches_sql(world, statement):
    with world.open() as con:
        con.execute(statement)
    with features.connect(world.settings) as con, pytest.raises(RapportError, match="RP-4005"):
        features.catalogue(con)


def test_indicators_are_chosen_by_subject_code_range_and_exclusion(world):
    from test_ml_declarations import declared

    with features.connect(world.settings) as con:
        known = features.catalogue(con)

    def names(**changes):
        return {feature.name for feature in features.chosen(known, declared(**changes))}

    assert names(subjects=("usage",)) == {"data_mb_30d", "call_minutes_30d", "roaming_30d"}
    assert names(codes=(range(1_001_000, 1_003_000), range(2_000_000, 2_001_000))) == {
        "tenure_days",
        "holds_fibre",
        "data_mb_30d",
    }
    assert names() - names(exclude=("tenure_days",)) == {"tenure_days"}
