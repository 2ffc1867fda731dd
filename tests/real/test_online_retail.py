"""RFM and ABC on public invoices, by the SQL of the product, against an independent computation.

The second computation is pandas with its own definitions: ranks by `rank`, cumulative shares by
sorting. What does not belong here: the rest of the pipeline.
"""

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.real.segment_sql import load_seed, macros
from tests.real.test_telco import DATA

INVOICES = DATA / "online_retail" / "online_retail.parquet"

pytestmark = pytest.mark.skipif(not INVOICES.exists(), reason=f"no public data at {DATA}")


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    """Lines of known customers, cancellations included as negative amounts."""
    lines = pd.read_parquet(INVOICES).dropna(subset=["CustomerID"])
    lines["day"] = pd.to_datetime(lines["InvoiceDate"]).dt.normalize()
    lines["yuan"] = (lines["Quantity"] * lines["UnitPrice"]).round(2)
    return lines


@pytest.fixture(scope="module")
def customers(lines) -> pd.DataFrame:
    bought = lines[~lines["InvoiceNo"].astype(str).str.startswith("C")].groupby("CustomerID")
    table = pd.DataFrame({"amount": lines.groupby("CustomerID")["yuan"].sum().round(2)})
    table["frequency"] = bought["InvoiceNo"].nunique()
    table["recency"] = -(lines["day"].max() - bought["day"].max()).dt.days
    return table.fillna({"frequency": 0, "recency": -100_000}).reset_index(names="key")


@pytest.fixture(scope="module")
def con(customers, lines):
    with duckdb.connect() as con:
        for seed in ("share_bands", "rfm_cuts"):
            load_seed(con, seed)
        products = lines.groupby("StockCode")["yuan"].sum().round(2).reset_index()
        con.register("customer_frame", customers)
        con.register("product_frame", products)
        con.execute("create table customers as select *, 'all' as everybody from customer_frame")
        con.execute(
            "create table products as select StockCode as key, yuan as amount, 'all' as everybody"
            " from product_frame"
        )
        yield con


@pytest.mark.parametrize("table", ["customers", "products"])
def test_abc_classes_equal_a_cumulative_sum_over_sorted_amounts(con, table):
    sql = macros.share_banded(table, "amount", "everybody", "share_bands", "abc")
    ours = con.sql(f"select key, amount, band_code from ({sql}) as found").df()
    assert (ours["amount"] <= 0).any(), "the data hold customers and products with net refunds"
    amounts = ours["amount"].clip(lower=0).round(2)
    by_value = amounts.groupby(amounts).sum().sort_index(ascending=False)
    before = ((by_value.cumsum() - by_value) / by_value.sum()).round(12)
    share = amounts.map(before)
    expected = np.select(
        [(amounts > 0) & (share < 0.7), (amounts > 0) & (share < 0.9)], ["a", "b"], "c"
    )
    assert (ours["band_code"] == expected).all()
    counts = ours["band_code"].value_counts().to_dict()
    print(f"\nonline retail, {table}: {counts}")
    assert counts["a"] < counts["c"]


def test_rfm_scores_equal_fifths_by_mid_ranks_and_equals_score_alike(con):
    measures = ("recency", "frequency", "amount")
    columns = ", ".join(f"{macros.fifth(name, 'everybody')} as {name}_score" for name in measures)
    tier = macros.rfm_tier("recency_score", "frequency_score", "amount_score")
    ours = con.sql(f"select *, {tier} as tier from (select *, {columns} from customers)").df()
    for name in measures:
        values = ours[name]
        middle = values.rank(method="average") - 0.5
        expected = 1 + np.floor(5 * middle / len(values)).astype(int)
        assert (ours[f"{name}_score"] == expected).all(), name
        assert ours.groupby(name)[f"{name}_score"].nunique().max() == 1
    r, f, m = (ours[f"{name}_score"] for name in measures)
    assert (ours["tier"].eq("champion") == ((r >= 4) & (f >= 4) & (m >= 4))).all()
    print("\nonline retail, tiers:", ours["tier"].value_counts().to_dict())
    assert ours.groupby("tier")["amount"].mean().idxmax() == "champion"


def test_absolute_rfm_levels_equal_a_cut_at_the_seed_and_do_not_move_with_others(con):
    measures = ("recency", "frequency", "amount")
    joins = " ".join(macros.join_level(f"{name}_cut", name, name, "rfm_cuts") for name in measures)
    columns = ", ".join(f"{name}_cut.score as {name}_level" for name in measures)
    query = f"select customers.*, {columns} from {{}} as customers {joins}"
    ours = con.sql(query.format("customers")).df()
    cuts = con.sql("from rfm_cuts").df()
    for name in measures:
        borders = cuts[cuts["measure_code"] == name].sort_values("score")["from_value"].iloc[1:]
        expected = 1 + np.searchsorted(borders.to_numpy(), ours[name], side="right")
        assert (ours[f"{name}_level"] == expected).all(), name
    small = con.sql(query.format("(select * from customers where amount < 600)")).df()
    assert len(small) < len(ours) / 2
    both = ours.merge(small, on="key", suffixes=("", "_alone"))
    assert all((both[f"{name}_level"] == both[f"{name}_level_alone"]).all() for name in measures)
