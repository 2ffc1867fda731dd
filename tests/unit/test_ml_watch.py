"""Pins down what becomes of a model in service: its live figures, its stop, its way back."""

import json
import shutil
from dataclasses import replace
from datetime import date

import duckdb
import pytest
from ml_world import AS_OF, build, empty

from ml import drift, features, live, standing, store, verdict, watch
from ml.registry import declaration
from ml.score import score_offer
from ml.serve import serve_offer
from warehouse.layouts.scores import monitoring_file, scores_file, served_file
from warehouse.ledger import Ledger
from warehouse.publication.published import CLAIMED, PUBLISHED, ROLLED_BACK
from warehouse.settings import Settings

OFFER = "fibre_upgrade"
SERVED = date(2026, 8, 31)
"""A Monday; the campaign of September is called from these scores."""


def publish(settings: Settings, day: date, *states: str) -> None:
    ledger = Ledger(settings.ledger_file)
    for state in states or (PUBLISHED,):
        ledger.record_generation(f"g-{day}", ledger.start_run(day), day, state)
    ledger.close()


def scored_again(settings: Settings, day: date) -> None:
    """Scores of another day as they lie in the lake."""
    for name in (scores_file, served_file):
        path = name(settings.lake, OFFER, day)
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(name(settings.lake, OFFER, SERVED), path)


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    world = build(tmp_path_factory.mktemp("watch") / "home", customers=900)
    assert serve_offer(world.settings, OFFER, SERVED).scored
    publish(world.settings, SERVED)
    return world


@pytest.fixture
def settings(original, tmp_path):
    return original.copied(tmp_path / "home")


def turn_outcomes_around(settings: Settings) -> None:
    """From August on who would have accepted refuses, and the other way round."""
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(
            "update facts.fct_contact set outcome_code = "
            "if(outcome_code = 'accepted', 'refused', 'accepted') "
            "where contact_date >= date '2026-08-01'"
        )


def shown(settings: Settings) -> list[tuple]:
    with duckdb.connect() as con:
        return con.sql(
            "select week_date, state_code, reason_code, matured_count "
            f"from '{monitoring_file(settings.lake, OFFER)}' order by week_date"
        ).fetchall()


def test_a_sound_model_is_shown_as_it_came_true_and_goes_on_serving(original, settings):
    served = serve_offer(settings, OFFER, AS_OF)
    assert served.scored
    with original.open() as con:
        known = con.sql(
            "select s.p_response, k.outcome_code = 'accepted', s.decile = 1 "
            f"from '{scores_file(settings.lake, OFFER, SERVED)}' as s "
            "join facts.fct_contact as k on k.crm_customer_id = 'crm-' || s.customer_key "
            "where k.contact_date = date '2026-09-06'"
        ).fetchnumpy()
    p, label, best = known.values()
    first, today = served.weeks
    assert (first["week_date"], first["state_code"]) == (SERVED, "ok")
    assert first["matured_count"] == len(p) > 500
    assert first["positives_count"] == label.sum()
    assert first["predicted_share"] == pytest.approx(p.mean(), abs=1e-6)
    assert first["lift"] == pytest.approx(label[best].mean() / label.mean(), abs=1e-6)
    pairs = p[label][:, None] - p[~label][None, :]
    assert first["auc"] == pytest.approx((pairs > 0).mean() + (pairs == 0).mean() / 2, abs=0.002)
    assert first["auc_ci_low"] < first["auc"] < first["auc_ci_high"]
    assert (today["state_code"], today["matured_count"]) == ("unmatured", 0)
    assert [row[:3] for row in shown(settings)] == [
        (SERVED, "ok", None),
        (date(2026, 11, 2), "unmatured", None),
    ]


def test_a_model_gone_wrong_is_stopped_until_a_person_takes_it_back(settings):
    turn_outcomes_around(settings)
    version = store.champion(settings, OFFER)
    served = serve_offer(settings, OFFER, AS_OF)
    assert (served.scored, served.problem.code) == (None, "RP-4013")
    assert not scores_file(settings.lake, OFFER, AS_OF).exists()
    assert shown(settings)[-1][:3] == (SERVED, "stale", "miscalibrated")
    states = {row["offer"]: row["state"] for row in standing.offers(settings)}
    assert (states[OFFER], states["churn"]) == ("stopped", "serves")
    assert serve_offer(settings, OFFER, AS_OF).problem.code == "RP-4013", "a stop lasts"
    ledger = Ledger(settings.ledger_file)
    [event] = ledger.events(store.STOPPED)
    assert (event.subject, event.detail["version"]) == (OFFER, version)
    ledger.close()

    standing.promote(settings, OFFER, version, "the campaign was a bad one")
    back = serve_offer(settings, OFFER, AS_OF)
    assert back.scored.model_version == version
    assert [row[1] for row in shown(settings)] == ["stopped", "unmatured"]


def test_a_challenger_takes_the_place_of_a_stopped_champion(settings):
    old = store.champion(settings, OFFER)
    store.stop(settings, OFFER, SERVED, SERVED, "miscalibrated")
    served = serve_offer(settings, OFFER, AS_OF)
    assert served.fit.promoted
    assert served.scored.model_version == store.champion(settings, OFFER) != old
    assert "stale" not in {row[1] for row in shown(settings)}


def test_where_everybody_has_an_outcome_the_last_day_of_a_week_is_judged(tmp_path):
    world = empty(tmp_path)
    model = replace(declaration("wealth"), products=("WAL2",))
    tuesday, wednesday = date(2026, 9, 8), date(2026, 9, 9)
    with world.open() as con:
        for day, p in ((tuesday, 0.9), (wednesday, 0.25)):
            path = scores_file(world.settings.lake, model.offer, day)
            path.parent.mkdir(parents=True)
            con.execute(
                f"copy (select 'c' || i as customer_key, date '{day}' as as_of_date,"
                f" {p}::double as p_response, (i / 100)::double as p_raw, if(i < 4, 1, 2) as decile"
                f" from range(40) as t(i)) to '{path}' (format parquet)"
            )
        # from the day after the scores to the 30th: customers 3 to 12; 0 had it, 20 is too late
        for customer, taken in ((0, "2026-09-09"), (20, "2026-10-10")):
            con.execute(
                "insert into customer.dim_subscription values (?, 'wallet', ?, null, 'WAL2')",
                [f"c{customer}", taken],
            )
        con.execute(
            "insert into customer.dim_subscription select 'c' || i, 'wallet',"
            " date '2026-09-10' + (i - 3)::int * 3, null, 'WAL2' from range(3, 13) as t(i)"
        )
    served = [live.Day(day, "m", "behaviour", 40, {}) for day in (tuesday, wednesday)]
    with features.connect(world.settings) as con:
        early = live.outcomes(world.settings, con, model, served, date(2026, 10, 8))
        found = live.outcomes(world.settings, con, model, served, date(2026, 10, 9))
    assert early == {}, "a week is judged when its last day is"
    week = found[date(2026, 9, 7), "m"]
    assert (week["matured_count"], week["positives_count"]) == (40, 10)
    assert (week["predicted_share"], week["gap_share"]) == (0.25, 0.0)
    assert week["lift"] == 1.0, "one of the four best, as of all"


def test_scores_that_nobody_published_are_not_judged(settings):
    assert [day.day for day in live.days(settings, OFFER, AS_OF)] == [SERVED]
    settings.ledger_file.unlink()
    assert watch.look_back(settings, OFFER, AS_OF) == []


@pytest.mark.parametrize(
    ("states", "counts"), [((), False), ((CLAIMED,), False), ((CLAIMED, PUBLISHED), True)]
)
def test_only_scores_that_once_were_published_are_judged(settings, states, counts):
    """A claim whose run died served nobody; what was replaced or withdrawn later had served."""
    second, third = date(2026, 9, 3), date(2026, 9, 4)
    for day in (second, third):
        scored_again(settings, day)
    if states:
        publish(settings, second, *states)
    publish(settings, third)
    publish(settings, SERVED, ROLLED_BACK)
    found = [day.day for day in live.days(settings, OFFER, AS_OF)]
    assert found == [SERVED, *([second] if counts else []), third]


def test_scores_of_a_day_the_model_had_learnt_from_are_not_judged(settings):
    early = date(2026, 6, 30)
    scored_again(settings, early)
    publish(settings, early)
    assert [day.day for day in live.days(settings, OFFER, date(2026, 9, 20))] == [SERVED]


def test_a_shift_of_customers_shows_in_the_score_and_names_the_indicator(settings):
    def moved(day: date) -> dict[str, float]:
        score_offer(settings, OFFER, day)
        return json.loads(served_file(settings.lake, OFFER, day).read_text())["drift"]

    same = moved(AS_OF)
    assert max(same.values()) < 0.1
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(
            f"update indicators.ind_usage set data_mb_30d = data_mb_30d + 2 "
            f"where as_of_date = '{AS_OF}'"
        )
    now = moved(AS_OF)
    assert now[drift.SCORE] > 0.25
    assert max(now, key=now.get) == "data_mb_30d"
    assert now["call_minutes_30d"] == same["call_minutes_30d"]


WEEK = {
    "method_code": "behaviour", "customers_count": 5000, "matured_count": 400, "auc_ci_low": 0.6,
    "auc_ci_high": 0.7, "score_drift_index": 0.02, "indicator_drift_index": 0.02,
}  # fmt: skip


@pytest.mark.parametrize(
    ("seen", "predicted", "changes", "verdict_"),
    [
        # sqrt(.1 * .9 / 400) = .015: two standard errors are nothing, four are a warning
        (52, 0.10, {}, ("ok", None)),
        (64, 0.10, {}, ("warn", "off")),
        # .2125 is more than twice .1 and 7.5 standard errors away; so is .01 below (6.0)
        (85, 0.10, {}, ("stopped", "miscalibrated")),
        (4, 0.10, {}, ("stopped", "miscalibrated")),
        (0, 0.10, {}, ("stopped", "miscalibrated")),
        (85, 0.10, {"method_code": "base_rate"}, ("warn", "off")),
        # nine of four expected: too few to be sure of anything
        (9, 0.01, {}, ("unmatured", None)),
        (40, 0.10, {"auc_ci_low": 0.35, "auc_ci_high": 0.49}, ("stopped", "ranks_backwards")),
        (40, 0.10, {"auc_ci_low": 0.45}, ("warn", "ranks_nobody")),
        (40, 0.10, {"score_drift_index": 0.3}, ("warn", "scores_moved")),
        (40, 0.10, {"indicator_drift_index": 0.3}, ("warn", "indicators_moved")),
        (40, 0.10, {"score_drift_index": 0.3, "customers_count": 399}, ("ok", None)),
    ],
)
def test_a_week_is_judged_by_the_rules(seen, predicted, changes, verdict_):
    week = WEEK | {"positives_count": seen, "observed_share": seen / 400}
    assert verdict.judged(week | {"predicted_share": predicted} | changes, {}) == verdict_


def test_drift_two_weeks_running_stops_and_a_gap_between_them_does_not():
    def states(*mondays: int) -> list[str]:
        outcome = {"positives_count": 40, "observed_share": 0.1, "predicted_share": 0.1}
        moved = WEEK | outcome | {"model_version": "m", "score_drift_index": 0.3}
        weeks = [moved | {"week_date": date(2026, 8, monday)} for monday in mondays]
        watch._judge(weeks)
        return [week["state_code"] for week in weeks]

    assert states(3, 10) == ["warn", "stopped"]
    assert states(3, 17) == ["warn", "warn"]
