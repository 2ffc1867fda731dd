"""Rules of 9,835 public shopping baskets by the SQL of the product: as many as R's arules finds.

Its `apriori` gives 5,668 rules at support .001 and confidence .5, and 15 at support .01 (the data's
own documentation). What does not belong here: which rules may be shown.
"""

import duckdb
import pytest

from tests.analysis.sql import render
from tests.real import rda
from tests.real.test_telco import DATA

BASKETS = DATA / "groceries" / "Groceries.rda"
LARGEST = 6
"""No set of seven items lies in ten baskets."""

pytestmark = pytest.mark.skipif(not BASKETS.exists(), reason=f"no public data at {DATA}")


@pytest.fixture(scope="module")
def con():
    matrix = rda.load(BASKETS)["Groceries"]["data"]
    items, starts = matrix["i"].content, matrix["p"].content
    with duckdb.connect() as con:
        con.execute("create table contents (number bigint, item bigint)")
        con.execute("create table starts (number bigint, first bigint)")
        con.execute("insert into contents select unnest(range(len($1))), unnest($1)", [items])
        con.execute("insert into starts select unnest(range(len($1))), unnest($1)", [starts])
        con.execute(
            """create table baskets as
            select 'shop' as basket_code, starts.number as basket_id,
                printf('%03d', contents.item) as item_code
            from contents asof inner join starts on contents.number >= starts.first"""
        )
        yield con


def rules(con: duckdb.DuckDBPyConnection, support: float, confidence: float, largest: int) -> int:
    con.execute(
        f"""create or replace table floors as select 'shop' as basket_code,
            {support} * count(distinct basket_id) as baskets_floor from baskets"""
    )
    sets = render("{{ frequent_sets('baskets', 'floors', " + str(largest) + ") }}")
    con.execute(f"create or replace table sets as with {sets} select * from frequent_sets")
    found = render("{{ rules_of_sets('sets') }}")
    return con.sql(
        f"select count(*) from ({found}) where together_count >= {confidence} * antecedent_count"
    ).fetchone()[0]


def test_rules_are_as_many_as_arules_finds(con):
    assert con.sql("select count(distinct basket_id), count(*) from baskets").fetchone() == (
        9835, 43367,
    )  # fmt: skip
    assert rules(con, 0.01, 0.5, LARGEST) == 15
    assert rules(con, 0.001, 0.5, LARGEST) == 5668
    largest = con.sql("select max(set_size), count(*) from sets").fetchone()
    print(f"\ngroceries: 5,668 rules of {largest[1]} frequent sets, up to {largest[0]} items")
    assert largest == (LARGEST, 13492)
