"""The parts of a change of ARPU: the SQL on its own, on groups nobody chose.

Whatever two months look like, price, volume and mix of all groups are the whole change; and a
change of one kind alone is told as that kind.
"""

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import Environment

from warehouse.settings import CHECKOUT

MACROS = (CHECKOUT / "dbt" / "macros" / "decomposition.sql").read_text()
EFFECTS = Environment(autoescape=True).from_string(MACROS).module.arpu_effects("months")
CON = duckdb.connect()
CON.execute(
    """create table months (as_of_date integer, scheme_code integer, customers_before integer,
    services_before integer, billed_yuan_before decimal(18, 2), customers_after integer,
    services_after integer, billed_yuan_after decimal(18, 2))"""
)

CENTS = st.decimals(-500, 100_000, places=2)
CUSTOMERS = st.integers(0, 50)
MONTH = st.tuples(CUSTOMERS, st.integers(0, 200), CENTS).map(
    lambda month: month if month[0] else (0, 0, 0)
)


def parts(groups: list[tuple]) -> tuple[list[tuple], float]:
    """Price, volume and mix of every group, and the change of everybody's ARPU."""
    CON.execute("delete from months")
    CON.executemany("insert into months values (1, 1, ?, ?, ?, ?, ?, ?)", groups)
    rows = CON.sql(
        "select price_effect_yuan, volume_effect_yuan, mix_effect_yuan,"
        f" total_arpu_after_yuan - total_arpu_before_yuan from ({EFFECTS})"
    ).fetchall()
    return [row[:3] for row in rows], rows[0][3]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(MONTH, MONTH).map(lambda pair: pair[0] + pair[1]), min_size=1, max_size=6)
)
def test_price_volume_and_mix_of_all_groups_are_the_whole_change(groups):
    anybody = (1, 1, 10, 1, 1, 10)  # a month without any customer has no ARPU to compare
    found, change = parts([*groups, anybody])
    assert sum(map(sum, found)) == pytest.approx(change, abs=1e-6)


@pytest.mark.parametrize(
    ("groups", "price", "volume", "mix"),
    [
        ([(10, 20, 200, 10, 20, 300)], 10, 0, 0),
        ([(10, 20, 200, 20, 40, 400)], 0, 0, 0),
        ([(10, 20, 200, 10, 30, 300)], 0, 10, 0),
        ([(10, 10, 100, 5, 5, 50), (10, 10, 300, 15, 15, 450)], 0, 0, 5),
        ([(10, 10, 100, 10, 10, 100), (0, 0, 0, 10, 10, 300)], 0, 0, 10),
        ([(10, 0, 100, 10, 0, 150)], 5, 0, 0),
    ],
    ids=["dearer", "more customers alike", "more services", "richer customers", "a new group",
         "billed without a service"],
)  # fmt: skip
def test_a_change_of_one_kind_is_told_as_that_kind(groups, price, volume, mix):
    found, change = parts(groups)
    assert [sum(column) for column in zip(*found, strict=True)] == pytest.approx(
        [price, volume, mix]
    )
    assert change == pytest.approx(price + volume + mix)
