"""Contributions to a change of a key figure, whatever the two days look like.

Cells become key figures, figures their split, both by the SQL of the product. Members may appear,
vanish or have no base on a day, and may be too few to be shown. What does not belong here: rate and
mix of a known change (the unit test beside the mart).
"""

from datetime import date, timedelta
from decimal import Decimal

import duckdb
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.analysis.sql import model

TODAY = date(2026, 11, 7)
DAYS = (TODAY, TODAY - timedelta(days=7))
KPIS = [
    ("paid", "amount", "paid_yuan", None),
    ("refused", "share", "refusals", "calls"),
]
CELL = """kpi_date date, measure_code varchar, value_tier_code varchar, party_code varchar,
    channel_code varchar, measure_value decimal(20, 6), customers_count bigint"""


@pytest.fixture(scope="module")
def con():
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        con.execute(f"create table run_context as select date '{TODAY}' as as_of_date")
        con.execute("create table dim_date as select unnest(?::date[]) as calendar_date", [DAYS])
        con.execute(
            "create table kpis (kpi_name varchar, kind_code varchar, measure_code varchar,"
            " base_measure_code varchar)"
        )
        con.executemany("insert into kpis values (?, ?, ?, ?)", KPIS)
        con.execute(f"create table int_kpi_cell ({CELL})")
        con.execute(f"create view fct_kpi_day as {model('analysis/kpi/fct_kpi_day')}")
        for smallest in (1, 20):
            split = model("marts/kpi/mart_kpi_contribution", smallest)
            con.execute(f"create view split_{smallest} as {split}")
        yield con


MEMBERS = st.tuples(
    st.sampled_from(DAYS),
    st.sampled_from(["core", "high", "general", "unknown"]),
    st.sampled_from(["consumer", "business"]),
    st.sampled_from(["phone", "web", "none"]),
)
FIGURES = st.tuples(
    st.decimals(-1_000_000, 1_000_000, places=2),  # paid, a refund is less than nothing
    st.integers(1, 500),  # calls
    st.integers(0, 500),  # of them refused, at most all
    st.integers(1, 60),  # customers
)
PANELS = st.dictionaries(MEMBERS, FIGURES, min_size=1, max_size=20)


def load(con: duckdb.DuckDBPyConnection, panel: dict) -> None:
    con.execute("delete from int_kpi_cell")
    rows = []
    for (day, *member), (paid, calls, refusals, people) in panel.items():
        rows.append((day, "paid_yuan", *member, paid, people))
        rows.append((day, "calls", *member, calls, people))
        if refused := min(calls, refusals):
            rows.append((day, "refusals", *member, refused, people))
    columns = ", ".join("unnest(?)" for _ in rows[0])
    con.execute(f"insert into int_kpi_cell select {columns}", list(zip(*rows, strict=True)))


def whole(panel: dict, day: date) -> dict[str, Decimal]:
    """The key figures of a day, computed without any SQL; a share to its millionth."""
    figures = [figure for (when, *_), figure in panel.items() if when == day]
    calls = sum(calls for _, calls, _, _ in figures)
    refused = sum(min(calls, refusals) for _, calls, refusals, _ in figures)
    return {
        "paid": sum((paid for paid, *_ in figures), Decimal(0)),
        "refused": round(Decimal(refused) / calls, 6) if calls else None,
    }


@settings(max_examples=30, deadline=None)
@given(panel=PANELS, smallest=st.sampled_from([1, 20]))
def test_contributions_add_up_to_the_change_to_the_last_digit(con, panel, smallest):
    now, before = (whole(panel, day) for day in DAYS)
    load(con, panel)
    found = con.sql(
        "select kpi_name, dimension_code, sum(member_change_value), min(kpi_change_value),"
        f" max(kpi_change_value) from split_{smallest} group by all"
    ).fetchall()
    known = {name for name in now if None not in (now[name], before[name])}
    dimensions = ("value_tier", "party", "channel")
    assert {row[:2] for row in found} == {(name, d) for name in known for d in dimensions}
    for name, _, total, lowest, highest in found:
        assert total == lowest == highest
        # halves of a millionth may be rounded either way on both days
        assert abs(total - (now[name] - before[name])) <= Decimal("0.000002")


@settings(max_examples=10, deadline=None)
@given(panel=PANELS)
def test_a_member_has_the_part_of_a_sum_that_is_its_own(con, panel):
    assume(len({day for day, *_ in panel}) == 2)
    load(con, panel)
    found = con.sql(
        "select member_code, member_change_value from split_1"
        " where kpi_name = 'paid' and dimension_code = 'value_tier'"
    ).fetchall()
    tiers: dict[str, Decimal] = {}
    for (day, tier, *_), (paid, *_) in panel.items():
        tiers[tier] = tiers.get(tier, Decimal(0)) + (paid if day == TODAY else -paid)
    assert dict(found) == tiers
