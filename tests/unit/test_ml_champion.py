"""Pins down who scores after a fit: challengers, lost champions, crashes, rollbacks by hand."""

import shutil
from datetime import date

import pytest
from ml_world import AS_OF, build

from ml import serialise, store
from ml.train import fit_offer

OFFER = "fibre_upgrade"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return build(tmp_path_factory.mktemp("champion") / "home", customers=900)


@pytest.fixture(scope="module")
def fitted(world):
    return fit_offer(world.settings, OFFER, AS_OF)


def test_more_history_makes_a_challenger_and_the_pointer_says_who_won(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    result = fit_offer(settings, OFFER, date(2026, 11, 30))  # October's contacts have matured
    assert result.status == "fitted"
    decision = store.read_decision(settings, OFFER, result.version)
    assert decision["against"] == fitted.version
    assert result.promoted == (decision["interval"][0] > 0)
    assert result.champion == (result.version if result.promoted else fitted.version)
    assert len(store.versions(settings, OFFER)) == 2


def test_a_champion_whose_indicators_are_gone_is_replaced(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    with build(tmp_path / "other", customers=900).open() as con:
        con.execute("delete from marts.dim_indicator where indicator_name = 'roaming_30d'")
    shutil.copy(tmp_path / "other" / "warehouse.duckdb", settings.warehouse_file)
    result = fit_offer(settings, OFFER, AS_OF)
    assert (result.promoted, result.reason) == (True, "champion_RP-4005")


def test_a_crash_between_store_and_promotion_is_finished_by_the_next_run(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    (settings.models / OFFER / "champion.json").unlink()
    (settings.models / OFFER / "history.json").unlink()
    (settings.models / OFFER / ".0000000000000000.tmp").mkdir()  # and what a crash leaves behind
    assert store.champion(settings, OFFER) is None
    assert fit_offer(settings, OFFER, AS_OF).champion == fitted.version
    assert store.versions(settings, OFFER) == [fitted.version]
    assert store.history(settings, OFFER) == [fitted.version]


def test_a_rollback_by_hand_is_not_undone_by_the_next_run(world, fitted, tmp_path):
    settings = world.copied(tmp_path / "home")
    older = "0123456789abcdef"
    loaded = store.load(settings, OFFER, fitted.version)
    dumped, plots = serialise.dump(loaded.fitted), fitted.plots
    card = {**loaded.card, "version": older}
    store.save(settings, OFFER, older, dumped, card, {"promote": False}, plots)
    decision = {"promote": True, "against": older}
    store.save(settings, OFFER, fitted.version, dumped, loaded.card, decision, plots)
    store.promote(settings, OFFER, older, "test")
    store.promote(settings, OFFER, fitted.version, "test")
    assert store.rollback(settings, OFFER) == older
    assert fit_offer(settings, OFFER, AS_OF).champion == older
    assert store.rollback(settings, OFFER) == fitted.version
