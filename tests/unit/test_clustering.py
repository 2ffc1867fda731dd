"""Pins down clusters: planted groups are found, keep their numbers, and bad input harms nothing."""

from datetime import date

import numpy as np
import pytest
from cluster_world import AS_OF, CENTRES, MONTH_END, NAMES, World, declaration
from sklearn.metrics import adjusted_rand_score

from ml.clustering import groups, labels, store, words
from ml.clustering.declaration import Clustering, declared


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "home")


def agreement(truth, numbers):
    keys = [key for key in sorted(truth) if numbers.get(key) is not None]
    assert len(keys) > 0.98 * len(truth)
    return adjusted_rand_score([truth[k] for k in keys], [numbers[k] for k in keys])


def meaning(truth, numbers):
    """The planted group that most customers of each number come from."""
    found = {}
    for number in sorted({n for n in numbers.values() if n}):
        members = [truth[key] for key, n in numbers.items() if n == number]
        found[number] = max(set(members), key=members.count)
    return found


def test_as_many_groups_are_found_as_were_planted_and_everybody_in_the_right_one(world):
    world.fill(MONTH_END, seed=2)
    truth = world.fill(AS_OF, seed=1)
    result = world.cluster(declaration((*NAMES, "constant", "unknown", "secret")))
    accepted = result.fit.accepted
    assert result.fit.status == "fitted"
    assert accepted.facts["left_out"] == {"constant": "constant", "unknown": "mostly_missing"}
    assert accepted.space.names == NAMES, "what is sensitive is on no card"
    assert accepted.facts["chosen"][0] == len(CENTRES)
    assert agreement(truth, world.numbers()) > 0.9
    assert meaning(truth, world.numbers()) == {1: 0, 2: 1, 3: 2, 4: 3}, "the largest comes first"


def test_a_refit_keeps_the_numbers_though_customers_drift_and_come_in_another_order(world):
    first = meaning(
        world.fill(MONTH_END, seed=2), (world.cluster(as_of=MONTH_END), world.numbers(MONTH_END))[1]
    )
    drifted = CENTRES + np.array([1.5, -1, 1, 0.5])
    november = date(2026, 11, 30)
    truth = world.fill(november, centres=drifted[[2, 0, 3, 1]], seed=3)
    result = world.cluster(as_of=november)
    assert result.fit.status == "fitted"
    planted = [2, 0, 3, 1]  # the same groups, drawn in another order and of other sizes
    again = {n: planted[group] for n, group in meaning(truth, world.numbers(november)).items()}
    assert again == first


def test_the_eve_is_placed_without_a_refit_and_what_a_refit_renames_is_told_apart(world):
    eve, november = date(2026, 11, 29), date(2026, 11, 30)
    between = np.vstack([CENTRES[:3], [[4, 4, 0, 0.0]]])  # half way between the first two
    world.fill(MONTH_END, seed=2)
    world.fill(eve, seed=3, centres=between)
    world.cluster(as_of=eve)
    told = world.numbers(eve)
    assert set(world.numbers(eve, "earlier_number").values()) == {None}, "there is none before"
    world.fill(november, seed=4, centres=between)
    statuses = []
    for _ in range(2):  # a second look reads it from disk
        statuses.append(world.cluster(as_of=november).fit.status)
        assert world.numbers(eve, "earlier_number") == told, "what was published yesterday"
        assert world.numbers(november).keys() == world.numbers(november, "earlier_number").keys()
    assert statuses == ["fitted", "unchanged"]
    renamed = [key for key, number in world.numbers(eve).items() if number not in (told[key], None)]
    assert 35 < len(renamed) < 105, "most of a tenth, drawn from the new group"


def test_all_history_up_to_the_day_is_placed_by_the_clustering_that_holds(world):
    summer, later = date(2026, 6, 30), date(2026, 12, 31)
    world.fill(MONTH_END, seed=2)
    truth = {day: world.fill(day, seed=seed) for seed, day in enumerate((summer, AS_OF, later), 3)}
    version = world.cluster().fit.accepted.version
    assert agreement(truth[summer], world.numbers(summer)) > 0.9
    assert meaning(truth[summer], world.numbers(summer)) == meaning(truth[AS_OF], world.numbers())
    assert world.numbers(later) == {}, "what was not known yet"
    assert set(world.numbers(summer, "clustering_version").values()) == {version}


def test_the_number_of_a_group_that_is_gone_is_never_given_again():
    old = np.array([[0.0, 0], [10, 0], [0, 10]])
    without = labels.aligned(old[[2, 0]] + 0.5, old, [1, 2, 3], given=3)
    assert without == [3, 1]
    back = np.array([[0.5, 10], [10, 10], [0, 0]])
    assert labels.aligned(back, old[[2, 0]], [3, 1], given=3) == [3, 4, 1]
    assert labels.aligned(old + 0.2, old[::-1], [9, 5, 7], given=9) == [7, 5, 9]
    split = np.array([[0.0, 1], [1, 0]])  # both were one group before: one of them is new
    assert labels.aligned(split, old[:2], [1, 2], given=3) == [1, 4]


def test_the_same_numbers_give_the_same_bytes_and_a_second_look_changes_nothing(tmp_path):
    written = []
    for name in ("one", "other"):
        world = World(tmp_path / name)
        for day in (MONTH_END, AS_OF):
            world.fill(day)
        with world.open() as con:  # the order of rows in a table means nothing
            order = "desc" if name == "other" else "asc"
            con.execute(
                "create or replace table indicators.ind_service as"
                f" from indicators.ind_service order by customer_key {order}"
            )
        statuses = [world.cluster().fit.status for _ in range(2)]
        assert statuses == ["fitted", "unchanged"]
        files = sorted(world.settings.lake.rglob("*.parquet")) + sorted(
            world.settings.models.rglob("*.json")
        )
        written.append([path.read_bytes() for path in files])
    assert written[0] == written[1]
    assert len(written[0]) == 5


@pytest.mark.parametrize(
    ("harm", "code"),
    [
        (lambda world: world.fill(MONTH_END, people=150), "RP-4021"),
        (lambda world: world.fill(MONTH_END, centres=CENTRES[:1], spread=5, missing=0), "RP-4022"),
        (lambda world: world.fill(MONTH_END, missing=1), "RP-4008"),
        (lambda world: declaration(("alpha", "no_such_thing")), "RP-4005"),
    ],
)
def test_what_cannot_be_clustered_is_told_and_the_last_clustering_holds(world, harm, code):
    assert world.cluster().fit.accepted is None, "nothing is there yet"
    for day in (MONTH_END, AS_OF):
        truth = world.fill(day)
    before = world.cluster().fit.accepted
    clustering = harm(world)
    result = world.cluster(clustering if isinstance(clustering, Clustering) else None)
    assert (result.fit.status, result.fit.problem.code) == ("refused", code)
    assert result.fit.accepted.version == before.version
    assert agreement(truth, world.numbers()) > 0.9


def test_a_damaged_clustering_is_told_and_replaced(world):
    for day in (MONTH_END, AS_OF):
        world.fill(day)
    accepted = world.cluster().fit.accepted
    path = world.settings.models / "planted" / f"{accepted.version}.json"
    path.write_text(path.read_text().replace('"given": 4', '"given": 1'))
    result = world.cluster()
    assert (result.fit.status, result.fit.problem.code) == ("fitted", "RP-4003")
    assert store.in_force(world.settings, "planted").given == 4


def test_whoever_is_known_by_less_than_half_is_in_no_cluster(world):
    for day in (MONTH_END, AS_OF):
        world.fill(day, missing=0)
    with world.open() as con:
        con.execute(
            "update indicators.ind_service set alpha = null, beta = null, gamma = null"
            " where customer_key = 'k0007'"
        )
        con.execute("update indicators.ind_service set alpha = null where customer_key = 'k0008'")
    world.cluster()
    numbers = world.numbers()
    assert numbers["k0007"] is None
    assert numbers["k0008"] is not None


def test_the_nearest_centre_is_judged_by_what_is_known():
    centres = np.array([[0.0, 0.0], [4.0, 1.0]])
    rows = np.array([[1.0, 0.5], [3.9, np.nan], [np.nan, 0.4], [2.0, np.nan]])
    assert groups.nearest(rows, centres).tolist() == [0, 1, 0, 0]


def test_a_card_says_the_largest_differences_in_both_languages():
    rows = [
        words.Difference("a", -1.4),
        words.Difference("b", 0.9),
        words.Difference("c", 0.5),
        words.Difference("d", 0.39),
    ]
    names = {letter: (letter.upper(), f"指标{letter}") for letter in "abcd"}
    assert words.summary(rows, names) == (
        "above most: B, C; far below most: A",
        "高于一般：指标b、指标c；远低于一般：指标a",
    )
    assert words.summary(rows[3:], names) == ("like most", "与一般相近")


def test_every_declared_clustering_looks_at_each_thing_once():
    for clustering in declared():
        assert len(set(clustering.indicators)) == len(clustering.indicators)
        assert clustering.title.zh
