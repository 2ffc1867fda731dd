"""Pins down the fit: as good as the truth allows, calibrated, repeatable, refused when need be."""

import hashlib
import json
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import date

import duckdb
import numpy as np
import pytest
from ml_world import AS_OF, build

from ml import features, labels, metrics, split, store, train
from ml.evaluate import held_out
from ml.registry import declaration
from ml.train import fit_offer
from warehouse.settings import CHECKOUT

OFFER = "fibre_upgrade"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return build(tmp_path_factory.mktemp("planted") / "home")


@pytest.fixture(scope="module")
def fitted(world):
    return fit_offer(world.settings, OFFER, AS_OF)


def test_the_model_ranks_almost_as_well_as_the_true_probabilities(world, fitted):
    assert (fitted.status, fitted.promoted, fitted.reason) == ("fitted", True, "first")
    model = declaration(OFFER)
    with features.connect(world.settings) as con:
        known = features.catalogue(con)
        labels.make_outcomes(con, model, features.population(known, model), AS_OF)
        split.training_set(con, model, split.plan(con), [])
        rows = con.sql(
            "select customer_key, anchor_date, is_positive from training where part = 'test'"
        ).fetchall()
    truth = np.array([world.truth[key, anchor] for key, anchor, _ in rows])
    bayes = metrics.auc(np.array([label for *_, label in rows], int), truth)
    assert fitted.test["rows"] == len(rows) > 2000
    assert bayes - 0.01 < fitted.test["auc"] < bayes + 0.01
    assert bayes > 0.78, "the planted truth is worth finding"


def test_its_probabilities_can_be_taken_at_their_word(fitted):
    test = fitted.test
    assert test["calibration_error"] < test["calibration_noise"] + 0.015
    assert abs(test["mean_predicted"] - test["observed"]) < 0.025
    assert test["lift"][0]["lift"] > 2
    assert sum(row["customers_count"] for row in test["lift"]) == test["rows"]
    assert set(fitted.plots) == {"lift", "calibration", "stability"}
    assert all(picture.startswith(b"\x89PNG") for picture in fitted.plots.values())


def test_the_parts_follow_each_other_in_time_and_the_card_says_what_was_used(world, fitted):
    card = store.read_card(world.settings, OFFER, fitted.version)
    windows = card["windows"]
    assert card["holdout_kind"] == "time"
    assert windows["fit"]["to"] < windows["calibrate"]["from"]
    assert windows["calibrate"]["to"] < windows["test"]["from"] <= windows["test"]["to"]
    assert windows["test"]["to"] <= "2026-09-30"
    names = [entry["name"] for entry in card["features"]]
    assert "data_mb_30d" in names
    assert not {"all_missing", "constant", "is_active"} & set(names), "they tell nothing"
    assert held_out(world.settings, OFFER)["auc"] == fitted.test["auc"]


def test_the_same_data_are_not_fitted_twice_not_even_the_next_day(world, fitted):
    for as_of in (AS_OF, date(2026, 11, 6)):
        again = fit_offer(world.settings, OFFER, as_of)
        assert (again.status, again.version) == ("unchanged", fitted.version)
        assert (again.champion, again.promoted) == (fitted.version, False)
        assert again.test == fitted.test
        assert again.plots == fitted.plots


def test_last_bits_that_differ_from_build_to_build_make_no_new_model(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    with duckdb.connect(str(settings.warehouse_file)) as con:
        changed = con.execute(
            "update indicators.ind_usage set data_mb_30d = data_mb_30d * (1 + 4e-16)"
        ).fetchone()
    assert changed[0] > 10_000
    assert fit_offer(settings, OFFER, AS_OF).version == fitted.version


def test_another_process_fits_the_same_bytes(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    shutil.rmtree(settings.models)
    program = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from ml.train import fit_offer; from warehouse.settings import Settings;"
        f"fit_offer(Settings(home=Path(sys.argv[1])), '{OFFER}', date(2026, 11, 7))"
    )
    subprocess.run([sys.executable, "-c", program, str(settings.home)], cwd=CHECKOUT, check=True)

    def digests(root) -> dict[str, str]:
        files = sorted(path for path in root.rglob("*") if path.is_file())
        return {
            str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in files
        }

    assert digests(settings.models) == digests(world.settings.models)
    assert len(digests(settings.models)) == 8


def test_a_single_snapshot_is_split_by_customer(tmp_path):
    world = build(tmp_path, customers=3000, months=3)  # October is not matured, August too early
    with world.open() as con:
        con.execute("delete from facts.fct_campaign_member where campaign_id <> 'F-202608'")
    result = fit_offer(world.settings, OFFER, AS_OF)
    card = store.read_card(world.settings, OFFER, result.version)
    assert card["holdout_kind"] == "customer"
    rows = {part: window["rows_used"] for part, window in card["windows"].items()}
    assert rows["test"] == pytest.approx(sum(rows.values()) / 5, rel=0.15), "a held-out fifth"
    assert result.test["auc"] > 0.74


def test_thinning_the_fit_rows_does_not_move_the_probabilities(world, tmp_path, monkeypatch):
    settings = world.copied(tmp_path / "home")
    small = replace(declaration(OFFER), max_fit_rows=1000)
    monkeypatch.setattr(train, "declaration", lambda offer: small)
    monkeypatch.setattr(split, "MAX_LATER_ROWS", 1500)
    result = fit_offer(settings, OFFER, AS_OF)
    windows = store.read_card(settings, OFFER, result.version)["windows"]
    assert windows["fit"]["rows_used"] == pytest.approx(1000, rel=0.1)
    assert windows["test"]["rows_used"] == pytest.approx(1500, rel=0.1)
    everyone = windows["test"]["positives"] / (
        windows["test"]["positives"] + windows["test"]["negatives"]
    )
    assert result.test["observed"] == pytest.approx(everyone, abs=0.03)
    assert result.test["mean_predicted"] == pytest.approx(everyone, abs=0.04), "not one half"


@pytest.mark.parametrize("outcome", ["none", "all", "three"])
def test_one_class_or_three_positives_are_no_model_and_the_champion_stays(
    world, fitted, tmp_path, outcome
):
    other = build(tmp_path / "home", customers=600, months=8, outcome=outcome)
    alone = fit_offer(other.settings, OFFER, AS_OF)
    assert (alone.status, alone.reason, alone.champion) == ("refused", "RP-4001", None)
    shutil.copytree(world.settings.models, other.settings.models)
    result = fit_offer(other.settings, OFFER, AS_OF)
    assert (result.status, result.problem.code) == ("refused", "RP-4001")
    assert result.champion == fitted.version == store.champion(other.settings, OFFER)
    assert store.versions(other.settings, OFFER) == [fitted.version]


def test_a_column_from_the_future_stops_the_model_with_its_name(world, fitted, tmp_path):
    leaky = build(tmp_path / "home", leak="roaming_30d")
    shutil.copytree(world.settings.models, leaky.settings.models)
    result = fit_offer(leaky.settings, OFFER, AS_OF)
    assert (result.status, result.problem.code) == ("refused", "RP-4002")
    assert result.problem.fields["feature"] == "roaming_30d"
    assert "test_auc" not in result.problem.fields, "found before anything was fitted"
    assert result.champion == fitted.version


def test_a_column_that_nothing_can_stand_in_for_stops_the_model_unless_a_person_vouches_for_it(
    tmp_path, monkeypatch
):
    leaky = build(tmp_path / "home", customers=900, leak="roaming_30d", leak_noise=0.6)
    result = fit_offer(leaky.settings, OFFER, AS_OF)
    assert (result.status, result.problem.code) == ("refused", "RP-4002")
    assert result.problem.fields["feature"] == "roaming_30d"
    assert "without" in result.problem.fields, "alone it is not good enough to be noticed"
    told = replace(declaration(OFFER), trusted=(("roaming_30d", "known before the contact"),))
    monkeypatch.setattr(train, "declaration", lambda _: told)
    result = fit_offer(leaky.settings, OFFER, AS_OF)
    assert result.status == "fitted"
    card = store.read_card(leaky.settings, OFFER, result.version)
    assert card["trusted"] == {"roaming_30d": "known before the contact"}
    assert card["leak_check"] is None, "no other is strong enough to be looked at"


def test_a_column_that_is_filled_after_the_contact_has_exactly_no_effect(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    with duckdb.connect(str(settings.warehouse_file)) as con:
        for late in (0, 7):  # the day of the contact itself, and when the answer is known
            for table in ("ind_service", "ind_usage", "ind_web"):
                con.execute(
                    f"insert into indicators.{table} select i.* replace (k.contact_date + {late} "
                    "as as_of_date) from facts.fct_contact as k inner join "
                    f"indicators.{table} as i on 'crm-' || i.customer_key = k.crm_customer_id "
                    "and i.as_of_date = k.contact_date - 6"
                )
        changed = con.execute(
            "update indicators.ind_usage as i set roaming_30d = k.outcome_code = 'accepted' "
            "from facts.fct_contact as k where 'crm-' || i.customer_key = k.crm_customer_id "
            "and i.as_of_date in (k.contact_date, k.contact_date + 7)"
        ).fetchone()
    assert changed[0] > 20_000
    again = fit_offer(settings, OFFER, AS_OF)
    assert (again.status, again.version) == ("unchanged", fitted.version)


def test_sex_and_age_stay_out_where_declared_and_the_card_says_so(
    world, fitted, tmp_path, monkeypatch
):
    settings = world.copied(tmp_path / "home")
    monkeypatch.setattr(features, "SEX_AND_AGE", {"data_mb_30d"})
    fair = replace(declaration(OFFER), without_sex_and_age=True)
    monkeypatch.setattr(train, "declaration", lambda offer: fair)
    card = store.read_card(settings, OFFER, fit_offer(settings, OFFER, AS_OF).version)
    assert card["fairness"] == {"sex_and_age": "excluded"}
    assert "data_mb_30d" not in {entry["name"] for entry in card["features"]}
    usual = store.read_card(settings, OFFER, fitted.version)
    assert usual["fairness"] == {"sex_and_age": "used"}


def test_a_card_carries_what_an_auditor_asks_for(world, fitted):
    card = store.read_card(world.settings, OFFER, fitted.version)
    assert {"code_digest", "lock_digest", "libraries", "training_digest", "parameters"} <= set(card)
    assert {"en", "zh"} == set(card["intended_use"]) == set(card["limits"])
    text = json.dumps(card)
    assert "c00000000001" not in text, "no customer is in a card"
