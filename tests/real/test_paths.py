"""Visits, paths and removal effects on a public click stream against pandas and a matrix solution.

The second computation shares nothing with the first: sessions come from the data themselves, orders
by `merge_asof`, and the chain is solved by its fundamental matrix instead of by squaring.
What does not belong here: the rest of the pipeline.
"""

from itertools import groupby

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.analysis.sql import load_seed, model
from tests.real.test_telco import DATA

EVENTS = DATA / "ecom_synthetic_retentioneering" / "ecom.csv.gz"

pytestmark = pytest.mark.skipif(not EVENTS.exists(), reason=f"no public data at {DATA}")


@pytest.fixture(scope="module")
def events() -> pd.DataFrame:
    events = pd.read_csv(EVENTS, parse_dates=["timestamp"])
    events["view_id"] = [f"{number:06}" for number in range(len(events))]
    return events.sort_values(["user_id", "timestamp", "view_id"], ignore_index=True)


@pytest.fixture(scope="module")
def con(events):
    with duckdb.connect() as con:
        con.register("events", events)
        con.execute("create table run_context as select date '2024-06-30' as as_of_date")
        load_seed(con, "analysis_rules")
        con.execute("update analysis_rules set rule_value = 400 where rule_code = 'window_days'")
        con.execute(
            """create table fct_page_view as select view_id, user_id as visitor_id,
                timestamp as viewed_at, timestamp::date as view_date, event as page_code,
                platform as channel_code, null::bigint as dwell_ms
            from events where event <> 'purchase'"""
        )
        con.execute(
            """create table fct_order as select view_id as order_id, user_id as visitor_id,
                timestamp as ordered_at, timestamp::date as order_date, 'paid' as status_code,
                cast(1 as decimal(12, 2)) as amount_yuan
            from events where event = 'purchase'"""
        )
        con.execute("create table map_visitor (visitor_id varchar, customer_key varchar)")
        con.execute("create table int_touch (customer_key varchar, episode_number bigint,"
                    " touch_number bigint, touch_code varchar)")  # fmt: skip
        con.execute("create table int_episode (customer_key varchar, episode_number bigint,"
                    " ending_code varchar)")  # fmt: skip
        for name in ("int_visit_page", "int_visit", "int_path_step"):
            con.execute(f"create table {name} as {model(f'analysis/paths/{name}')}")
        yield con


@pytest.fixture(scope="module")
def walks(events) -> list[tuple[list[str], bool]]:
    """Pages of every session of the data, repeats once, and whether an order belongs to it."""
    pages = events[events["event"] != "purchase"]
    gap = pages.groupby("user_id")["timestamp"].diff() > pd.Timedelta(minutes=30)
    pages = pages.assign(session=gap.groupby(pages["user_id"]).cumsum())
    starts = pages.groupby(["user_id", "session"], as_index=False)["timestamp"].min()
    orders = pd.merge_asof(
        events[events["event"] == "purchase"].sort_values("timestamp")[["user_id", "timestamp"]],
        starts.assign(begun=starts["timestamp"]).sort_values("timestamp"),
        on="timestamp", by="user_id", tolerance=pd.Timedelta(days=7),
    ).dropna(subset=["session"])  # fmt: skip
    bought = set(zip(orders["user_id"], orders["session"].astype(int), strict=True))
    return [
        ([page for page, _ in groupby(codes)], key in bought)
        for key, codes in pages.groupby(["user_id", "session"])["event"].agg(list).items()
    ]


def test_half_an_hour_of_silence_finds_the_sessions_of_the_data(con, events):
    found = con.sql("select count(*) from int_visit").fetchone()[0]
    given = events.loc[events["event"] != "purchase", "session_id"].nunique()
    print(f"\necom: {found} visits for {given} sessions of the data")
    assert abs(found - given) <= 0.01 * given


def test_paths_are_those_of_a_plain_walk_over_the_sessions(con, walks):
    paths = con.sql("select path_text, count(*) from int_visit group by all").fetchall()
    shown = pd.Series(
        [" > ".join(pages[:8]) + (" > ..." if len(pages) > 8 else "") for pages, _ in walks]
    )
    assert dict(paths) == shown.value_counts().to_dict()
    truncated = con.sql("select count(*) filter (where is_truncated) from int_visit").fetchone()[0]
    assert truncated == sum(len(pages) > 8 for pages, _ in walks) > 0


def test_removal_effects_equal_the_fundamental_matrix(con, walks):
    ours = con.sql(model("marts/paths/mart_path_removal")).df().set_index("state_code")
    states = sorted({page for pages, _ in walks for page in pages})
    place = {state: number + 1 for number, state in enumerate(states)}
    moves, ends = np.zeros((len(states) + 1,) * 2), np.zeros(len(states) + 1)
    totals = np.zeros(len(states) + 1)
    for pages, bought in walks:
        way = [0, *(place[page] for page in pages)]
        np.add.at(moves, (way[:-1], way[1:]), 1)
        np.add.at(totals, way, 1)
        ends[way[-1]] += bought
    moves, ends = moves / totals[:, None], ends / totals

    def reached(kept: np.ndarray) -> float:
        solved = np.linalg.solve(np.eye(kept.sum()) - moves[np.ix_(kept, kept)], ends[kept])
        return solved[0]

    everything = np.ones(len(states) + 1, bool)
    base = reached(everything)
    assert base == pytest.approx(np.mean([bought for _, bought in walks]), abs=1e-12)
    for state in states:
        kept = everything.copy()
        kept[place[state]] = False
        effect = 1 - reached(kept) / base
        assert ours.loc[state, "removal_effect_share"] == pytest.approx(effect, abs=2e-9), state
    best = ours["removal_effect_share"].idxmax()
    print(f"\necom: {base:.4f} of visits order; without {best} a share of "
          f"{ours.loc[best, 'removal_effect_share']:.4f} is lost")  # fmt: skip
    assert ours["attributed_conversions_count"].sum() == pytest.approx(
        sum(bought for _, bought in walks), abs=1e-3
    )
