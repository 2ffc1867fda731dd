"""Pins down how a model is declared: one file, found by a scan, checked where it is written."""

import re
import subprocess
import sys

import pytest

import ml.models
from ml import registry
from ml.declaration import OBJECTIVES, PropensityModel, Text
from warehouse.errors import RapportError
from warehouse.settings import CHECKOUT

PROSE = Text("en", "中文")


def declared(**changes: object) -> PropensityModel:
    given = {
        "offer": "some_offer",
        "objective": "up_sell",
        "label": "response",
        "horizon_days": 30,
        "title": PROSE,
        "intended_use": PROSE,
        "limits": PROSE,
    }
    return PropensityModel(**{**given, **changes})


def test_a_model_is_one_short_file_that_holds_no_code():
    assert {"churn", "fibre_upgrade"} <= set(registry.offers())
    for offer in registry.offers():
        text = (CHECKOUT / "ml" / "models" / f"{offer}.py").read_text()
        assert registry.declaration(offer).offer == offer
        assert 10 <= len(text.splitlines()) <= 25, offer
        assert not re.search(r"^\s*(def|class|for|if|lambda)\b", text, re.MULTILINE), offer


def test_both_lines_and_all_four_objectives_have_models_that_learn():
    models = [registry.declaration(offer) for offer in registry.offers()]
    learnt = [model for model in models if model.method == "behaviour"]
    assert len(learnt) >= 6
    assert {model.objective for model in learnt} == set(OBJECTIVES)
    bank = [model.offer for model in learnt if any("WAL" in code for code in model.products)]
    assert len(bank) >= 2
    assert len(learnt) - len(bank) >= 4


def test_parties_never_share_a_model():
    for offer in registry.offers():
        assert len(registry.declaration(offer).party_types) == 1
    for parties in (("C", "B"), ()):
        with pytest.raises(ValueError, match="never share a model"):
            declared(party_types=parties)


def test_a_new_file_is_a_new_offer_without_touching_anything_else(tmp_path, monkeypatch):
    body = (CHECKOUT / "ml" / "models" / "churn.py").read_text()
    (tmp_path / "quiet_churn.py").write_text(body.replace('"churn"', '"quiet_churn"'))
    (tmp_path / "__init__.py").write_text("")
    monkeypatch.setattr(ml.models, "__path__", [str(tmp_path)])
    assert registry.offers() == ["quiet_churn"]
    assert registry.declaration("quiet_churn").label == "lapse"


def test_an_offer_nobody_declared_is_refused_with_its_code():
    for offer in ("never_made", "../settings", "__init__"):
        with pytest.raises(RapportError, match="RP-4004"):
            registry.declaration(offer)


@pytest.mark.parametrize(
    "changes",
    [
        {"offer": "../escape"},
        {"offer": "Fibre"},
        {"objective": "annoy"},
        {"population": "1 = 1; drop table x"},
        {"population": "is_active = 1 or is_active = 0"},
        {"population": "is_active = (select 1)"},
        {"families": ("fibre' or 'a' = 'a",)},
        {"party_types": ("C') or ('a' = 'a",)},
        {"label": "guess"},
        {"label": "adoption"},
        {"products": ("WAL2",)},
    ],
)
def test_a_declaration_that_could_not_be_a_path_or_sql_is_refused_where_it_is_written(changes):
    with pytest.raises(ValueError):
        declared(**changes)


def test_prose_may_change_without_a_new_model_and_everything_else_may_not():
    model = declared()
    assert declared(limits=Text("new", "新")).fingerprint() == model.fingerprint()
    for change in (
        {"horizon_days": 31},
        {"exclude": ("age_years",)},
        {"party_types": ("B",)},
        {"without_sex_and_age": True},
        {"monotonic": ("tenure_days",)},
    ):
        assert declared(**change).fingerprint() != model.fingerprint()


def test_importing_declarations_fit_and_score_loads_no_heavy_library():
    program = (
        "import sys, ml.registry, ml.train, ml.score, ml.evaluate;"
        "[ml.registry.declaration(offer) for offer in ml.registry.offers()];"
        "print([m for m in ('sklearn', 'skops', 'matplotlib', 'scipy') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=CHECKOUT, check=True
    )
    assert result.stdout.strip() == "[]"
