"""The published flow of episodes: every touch is there, and nothing tells of few people.

What each link should say is walked again in plain Python from what is shown of the step before.
What does not belong here: what a touch is.
"""

import itertools

import duckdb
import numpy as np
import pandas as pd
import pytest

from tests.analysis.sql import model

CHANNELS = ("web", "app", "call_in", "call_out", "branch")
ENDINGS = ("sold", "resolved", "unresolved", "no_outcome")
K, LONGEST = 20, 5


def world(seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Touches and episodes of customers that walk at random, with rare channels and endings."""
    rng = np.random.default_rng(seed)
    liked = rng.dirichlet(np.full(len(CHANNELS), 0.7))
    ends = rng.dirichlet(np.full(len(ENDINGS), 0.7))
    touches, episodes = [], []
    for customer in range(1500):
        length = rng.geometric(0.55)
        walk = rng.choice(CHANNELS, length, p=liked)
        key = f"k{customer}"
        touches += [(key, 1, n + 1, code, None if n == 0 else 5.0) for n, code in enumerate(walk)]
        episodes.append((key, 1, length, walk[-1], rng.choice(ENDINGS, p=ends)))
    names = ["customer_key", "episode_number"]
    return (
        pd.DataFrame(touches, columns=[*names, "touch_number", "touch_code", "hours_before"]),
        pd.DataFrame(episodes, columns=[*names, "touches_count", "last_touch_code", "ending_code"]),
    )


def flow(touches: pd.DataFrame, episodes: pd.DataFrame, smallest: int) -> pd.DataFrame:
    with duckdb.connect() as con:
        con.execute("create table run_context as select date '2026-06-30' as as_of_date")
        con.register("int_touch", touches)
        con.register("int_episode", episodes)
        found = con.sql(model("marts/flow/mart_channel_flow", smallest)).df()
    return found.sort_values(["step_number", "from_code", "to_code"], ignore_index=True)


@pytest.mark.parametrize("seed", range(4))
def test_every_link_is_of_many_and_whoever_goes_a_rare_way_is_not_followed(seed):
    touches, episodes = world(seed)
    shown = flow(touches, episodes, K)
    assert (shown["customers_count"] >= K).all()
    assert (shown["to_code"] == "(other)").any()
    links = {(row.step_number, row.from_code, row.to_code) for row in shown.itertuples()}
    ends = dict(zip(episodes["customer_key"], episodes["ending_code"], strict=True))
    counts: dict = {}
    for key, walk in touches.groupby("customer_key")["touch_code"].agg(list).items():
        codes = ["start", *walk[:LONGEST], "longer" if len(walk) > LONGEST else ends[key]]
        for step, way in enumerate(itertools.pairwise(codes)):
            link = (step, *way) if (step, *way) in links else (step, way[0], "(other)")
            counts[link] = counts.get(link, 0) + 1
            if link[2] == "(other)":
                break
    found = shown.set_index(["step_number", "from_code", "to_code"])["episodes_count"].to_dict()
    assert found == counts, "what is left out of a sum would tell of few"


def test_every_touch_is_a_link_and_every_episode_has_one_ending():
    touches, episodes = world(9)
    short = episodes[episodes["touches_count"] <= LONGEST]
    touches = touches[touches["customer_key"].isin(short["customer_key"])]
    true = flow(touches, short, 1)
    assert true["episodes_count"].sum() == len(touches) + len(short)
    ended = true[true["to_code"].isin(ENDINGS)].groupby("to_code")["episodes_count"].sum()
    assert ended.to_dict() == short["ending_code"].value_counts().to_dict()
    assert true.groupby(["step_number", "from_code"])["share_of_from"].sum().round(9).eq(1).all()
