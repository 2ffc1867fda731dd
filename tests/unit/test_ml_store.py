"""Pins down the model store: nothing is loaded that is not exactly what was written."""

import io
import shutil
import zipfile
from dataclasses import replace
from getpass import getuser

import numpy as np
import pytest
from ml_world import AS_OF, build

from ml import registry, serialise, standing, store, train
from ml.serve import serve_offer
from ml.train import fit_offer
from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.settings import Settings

OFFER = "fibre_upgrade"


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    world = build(tmp_path_factory.mktemp("store") / "home", customers=900)
    fit_offer(world.settings, OFFER, AS_OF)
    return world.settings


@pytest.fixture
def settings(original, tmp_path):
    shutil.copytree(original.models, tmp_path / "models")
    return Settings(home=tmp_path)


def champion_file(settings, name):
    version = store.champion(settings, OFFER)
    return version, settings.models / OFFER / version / name


def test_forty_flipped_bytes_of_a_model_are_forty_refusals(settings):
    version, path = champion_file(settings, "model.skops")
    sound = path.read_bytes()
    for position in np.random.default_rng(4).integers(0, len(sound), 40):
        damaged = bytearray(sound)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(RapportError, match=r"RP-4003.*file=model\.skops"):
            store.load(settings, OFFER, version)
    path.write_bytes(sound)
    assert store.load(settings, OFFER, version).version == version


def test_a_changed_card_or_pointer_of_the_champion_is_refused(settings):
    version, path = champion_file(settings, "card.json")
    sound = path.read_text()
    path.write_text(sound.replace('"horizon_days": 30', '"horizon_days": 31'))
    with pytest.raises(RapportError, match=r"RP-4003.*file=card\.json"):
        store.load(settings, OFFER, version)
    path.write_text(sound[:-20])
    with pytest.raises(RapportError, match="RP-4003"):
        store.load(settings, OFFER, version)
    path.write_text(sound)
    (settings.models / OFFER / "champion.json").write_text("{")
    with pytest.raises(RapportError, match=r"RP-4003.*champion\.json"):
        store.champion(settings, OFFER)


def test_a_model_with_a_type_from_outside_the_list_is_refused_and_nothing_runs(settings):
    version, _ = champion_file(settings, "model.skops")
    loaded = store.load(settings, OFFER, version)
    content = serialise.dump(loaded.fitted)
    evil = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            member = source.read(name)
            if name == "schema.json":
                member = member.replace(b'"LogisticRegression"', b'"Popen"')
                member = member.replace(b'"sklearn.linear_model._logistic"', b'"subprocess"')
                assert b"Popen" in member
            target.writestr(name, member)
    store.save(settings, OFFER, version, evil.getvalue(), loaded.card, {"promote": True}, {})
    (settings.models / OFFER / "champion.json").unlink()
    with pytest.raises(RapportError, match=r"RP-4003.*type_not_allowed"):
        store.load(settings, OFFER, version)


def test_a_damaged_model_is_fitted_again_to_the_very_same_bytes(original, tmp_path):
    shutil.copytree(original.home, tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    _, path = champion_file(settings, "model.skops")
    sound = path.read_bytes()
    path.write_bytes(sound[:-1] + b"\1")
    result = fit_offer(settings, OFFER, AS_OF)
    assert (result.status, result.reason) == ("fitted", "champion_RP-4003")
    assert path.read_bytes() == sound
    pointer = settings.models / OFFER / "champion.json"
    pointer.write_text(pointer.read_text().replace('"card_sha256": "', '"card_sha256": "0'))
    assert fit_offer(settings, OFFER, AS_OF).status == "fitted"
    assert store.load(settings, OFFER, result.version).version == result.champion


def test_a_champion_nobody_can_use_stops_its_offer_and_not_the_run(original, tmp_path):
    world = build(tmp_path / "home", customers=400, months=4, outcome="three")  # no new model
    shutil.copytree(original.models, world.settings.models)
    good = serve_offer(world.settings, OFFER, AS_OF)
    assert (good.fit.status, good.problem.code) == ("refused", "RP-4001")
    kept = good.scored.path.read_bytes()
    champion, path = champion_file(world.settings, "model.skops")
    with world.open() as con:
        con.execute("update marts.dim_indicator set table_name = 'ind_composite' "
                    "where indicator_name = 'data_mb_30d'")  # fmt: skip
    served = serve_offer(world.settings, OFFER, AS_OF)
    assert (served.scored, served.problem.code) == (None, "RP-4005")
    path.write_bytes(path.read_bytes()[:-1] + b"\1")
    served = serve_offer(world.settings, OFFER, AS_OF)
    assert (served.scored, served.problem.code) == (None, "RP-4003")
    assert store.champion(world.settings, OFFER) == champion, "the champion stays"
    assert good.scored.path.read_bytes() == kept, "and so do the last good scores"
    (world.settings.models / OFFER / "champion.json").write_text("{")
    served = serve_offer(world.settings, OFFER, AS_OF)
    assert (served.scored, served.problem.code, served.fit.champion) == (None, "RP-4001", None)


def test_an_offer_never_made_or_about_people_nobody_knows_has_no_model(original, monkeypatch):
    with monkeypatch.context() as patched:
        other = replace(registry.declaration(OFFER), families=("tv",))
        patched.setattr(train, "declaration", lambda offer: other)
        never = serve_offer(original, "fibre_business", AS_OF)
    assert (never.fit.status, never.problem.code) == ("refused", "RP-4001")
    assert never.problem.fields == {"positives": 0, "negatives": 0}
    gone = serve_offer(original, "wealth", AS_OF)  # its population names an unknown indicator
    assert (gone.fit.status, gone.problem.code) == ("refused", "RP-4005")
    assert (never.scored, gone.scored) == (None, None)


def test_an_unreadable_pointer_is_replaced_by_a_new_fit(original, tmp_path):
    shutil.copytree(original.home, tmp_path / "home")
    settings = Settings(home=tmp_path / "home")
    version = store.champion(settings, OFFER)
    (settings.models / OFFER / "champion.json").write_text("{")
    served = serve_offer(settings, OFFER, AS_OF)
    assert (served.fit.champion, served.fit.reason) == (version, "champion_RP-4003")
    assert served.scored.model_version == version


def test_who_is_to_score_is_an_event_with_a_person_and_a_reason(settings):
    version = store.champion(settings, OFFER)
    loaded = store.load(settings, OFFER, version)
    other, dumped = "0123456789abcdef", serialise.dump(loaded.fitted)
    decision = {"promote": False, "reason": "not_better", "against": version}
    store.save(settings, OFFER, other, dumped, {**loaded.card, "version": other}, decision, {})
    for reason in ("", "call 13800138000", "ask li@example.com", "x" * 201):
        with pytest.raises(RapportError, match="RP-4012"):
            standing.promote(settings, OFFER, other, reason)
    standing.promote(settings, OFFER, other, "trial in the north")
    listed = {row["version"]: row["scores"] for row in standing.versions(settings, OFFER)}
    assert listed == {version: "no", other: "yes"}
    assert standing.rollback(settings, OFFER, "trial is over") == version
    ledger = Ledger(settings.ledger_file)
    told = [(event.subject, event.detail) for event in ledger.events(store.PROMOTED)]
    assert [detail["version"] for _, detail in told] == [other, version]
    assert told[0] == (OFFER, {"version": other, "reason": "trial in the north", "who": getuser()})
    assert ledger.verify_chain()
    row = next(row for row in standing.offers(settings) if row["offer"] == OFFER)
    assert (row["champion"], row["versions"]) == (version, 2)


def test_what_is_no_version_never_becomes_a_path(settings):
    for version in ("../../etc", "0" * 15, "", "0" * 16):
        with pytest.raises(RapportError, match="RP-4004"):
            store.promote(settings, OFFER, version, "test")
    with pytest.raises(RapportError, match="RP-4004"):
        store.load(settings, "../up", "0" * 16)


def test_without_an_earlier_champion_there_is_no_rollback(settings):
    with pytest.raises(RapportError, match=r"RP-4004.*no_earlier_champion"):
        store.rollback(settings, OFFER)
