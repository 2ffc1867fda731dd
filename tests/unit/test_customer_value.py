"""Pins down what buyers are worth: a planted world is foretold, worlds that do not fit are refused.

The planted buyers buy, stop and spend as the two papers say, drawn here with numpy alone; what they
do in the quarter after the day is known and judges.
"""

from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ml import customer_value
from warehouse.settings import Settings

AS_OF = date(2026, 6, 30)
DAYS, BUYERS = 450, 2500
"""The last 90 days come after AS_OF."""


def planted(seed: int = 3) -> dict[str, np.ndarray]:
    """Orders: customer, day since the beginning, yuan; with when each customer stops for good."""
    rng = np.random.default_rng(seed)
    rate = rng.gamma(1.2, 1 / 50, BUYERS)
    leaves = rng.beta(0.9, 3.0, BUYERS)
    level = 6 * rng.gamma(4, 1 / 120, BUYERS) ** -1
    customer, day, stopped = [], [], np.full(BUYERS, np.inf)
    for who in range(BUYERS):
        at = rng.uniform(0, 250)
        customer.append(who)
        day.append(int(at))
        while (at := at + rng.exponential(1 / rate[who])) < DAYS:
            customer.append(who)
            day.append(int(at))
            if rng.random() < leaves[who]:
                stopped[who] = at
                break
    who = np.array(customer)
    yuan = np.round(rng.gamma(6, level[who] / 6), 2) + 0.01
    return {"customer": who, "day": np.array(day), "yuan": yuan, "stopped": stopped, "level": level}


@pytest.fixture(scope="module")
def orders() -> dict[str, np.ndarray]:
    return planted()


def value(home, orders, yuan=None, keep=None, shuffle=0):
    """Write the orders as a warehouse and value them; the rows and what was said."""
    table = pa.table(
        {
            "customer_key": [f"k{who:05d}" for who in orders["customer"]],
            "day": orders["day"],
            "yuan": orders["yuan"] if yuan is None else yuan,
        }
    )
    table = table.filter(pa.array(keep)) if keep is not None else table
    table = table.take(np.random.default_rng(shuffle).permutation(len(table))) if shuffle else table
    settings = Settings(home=home)
    home.mkdir()
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.register("given", table)
        first = AS_OF - timedelta(days=DAYS - 91)
        con.execute(f"""
            create schema facts; create schema customer;
            create table customer.dim_account as
                select distinct customer_key, 'A' || customer_key as account_id from given;
            create table facts.fct_order as
                select 'A' || customer_key as account_id, 'paid' as status_code,
                    cast(yuan as decimal(12, 2)) as amount_yuan,
                    date '{first}' + day::int as order_date from given
                union all
                select 'A' || customer_key, 'cancelled', 9999, date '{AS_OF}' from given""")
    result = customer_value.value_purchases(settings, AS_OF)
    return pq.read_table(result.path).to_pandas(), result


@pytest.fixture(scope="module")
def valued(orders, tmp_path_factory):
    rows, result = value(tmp_path_factory.mktemp("value") / "home", orders)
    who = rows["customer_key"].str[1:].astype(int).to_numpy()
    return rows, result, who


def test_what_buyers_buy_in_the_quarter_after_comes_as_foretold(orders, valued):
    rows, result, who = valued
    later = orders["day"] >= DAYS - 90
    days = {(c, d) for c, d in zip(orders["customer"][later], orders["day"][later], strict=True)}
    came = np.bincount([c for c, _ in days], minlength=BUYERS)[who]
    expected = rows["expected_purchases_90d"].to_numpy()
    assert len(rows) == BUYERS == result.rows
    assert expected.sum() == pytest.approx(came.sum(), rel=0.1)
    assert np.corrcoef(expected, came)[0, 1] > 0.5
    best = np.argsort(-expected)[: BUYERS // 10]
    assert expected[best].sum() == pytest.approx(came[best].sum(), rel=0.15)
    assert result.figures["holdout_ratio"] == pytest.approx(1, abs=0.15)


def test_who_still_buys_is_told_from_who_has_stopped(orders, valued):
    rows, _, who = valued
    alive = orders["stopped"][who] >= DAYS - 90
    share = rows["alive_share"].to_numpy()
    assert share.mean() == pytest.approx(alive.mean(), abs=0.04)
    sure = share > 0.9
    assert alive[sure].mean() == pytest.approx(share[sure].mean(), abs=0.05)
    assert alive[share < 0.2].mean() == pytest.approx(share[share < 0.2].mean(), abs=0.05)


def test_a_mean_of_few_purchases_is_drawn_to_that_of_all_and_nearer_to_the_truth(orders, valued):
    rows, result, who = valued
    known = orders["day"] < DAYS - 90
    total = np.bincount(orders["customer"][known], orders["yuan"][known], BUYERS)
    own = (total / np.bincount(orders["customer"][known], minlength=BUYERS))[who]
    expected, level = rows["expected_purchase_yuan"].to_numpy(), orders["level"][who]
    once = rows["purchases_count"].to_numpy() == 1
    for some, gain in ((once, 0.9), (slice(None), 0.97)):  # without the squares of a few rich ones
        off, own_off = np.abs(expected - level)[some].mean(), np.abs(own - level)[some].mean()
        assert off < gain * own_off
    assert expected.mean() == pytest.approx(level.mean(), rel=0.05)
    assert (result.figures["p"], result.figures["q"]) == pytest.approx((6, 4), rel=0.2)


def test_orders_in_another_order_give_the_same_bytes(orders, valued, tmp_path):
    _, again = value(tmp_path / "home", orders, shuffle=5)
    assert again.path.read_bytes() == valued[1].path.read_bytes()


def test_where_the_models_do_not_fit_nobody_has_a_value_and_the_run_says_why(orders, tmp_path):
    count = np.bincount(orders["customer"])[orders["customer"]]
    days = np.column_stack([orders["customer"], orders["day"]])
    once = np.isin(np.arange(len(days)), np.unique(days, axis=0, return_index=True)[1])
    rng = np.random.default_rng(11)
    endless = (20 / rng.gamma(0.6, 1, BUYERS))[orders["customer"]]  # an inverse gamma of q <= 1
    unlike = np.minimum(rng.gamma(6, endless / 6), 1e9)
    worlds = {
        "few": ("RP-4023", {"repeated"}, {"keep": orders["customer"] < 120}),
        "shop_closed": ("RP-4024", {"foretold", "came"}, {"keep": orders["day"] < DAYS - 180}),
        "large_buyers_pay_more": ("RP-4025", {"correlation"}, {"yuan": orders["yuan"] * count}),
        "levels_without_a_mean": ("RP-4025", {"no_mean"}, {"yuan": np.round(unlike, 2) + 0.01}),
        "one_price": ("RP-4025", {"no_maximum"}, {"yuan": np.full(len(count), 50.0), "keep": once}),
    }
    for name, (code, why, world) in worlds.items():
        rows, result = value(tmp_path / name, orders, **world)
        assert rows.empty and result.rows == 0
        assert result.problem.code == code and not result.figures
        said = {*result.problem.fields, result.problem.fields.get("reason")}
        assert why <= said, f"{name}: {result.problem}"
