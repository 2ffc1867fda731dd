"""Pins down that a product on trial has no behaviour score, whoever declared a model of it."""

from dataclasses import replace

import pytest
from ml_world import AS_OF, empty

from ml import novelty
from ml.registry import declaration
from ml.serve import serve_offer
from warehouse.layouts.scores import scores_file

PRODUCTS = """insert into analysis.int_product_method values
    ('OLD', 'tv', false, null), ('NEW', 'tv', true, null), ('WON', 'guard', true, '2026-09-30'),
    ('WAL2', 'wallet', true, null), ('FIRST', 'wallet', true, null)"""


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    world = empty(tmp_path_factory.mktemp("novelty") / "home")
    with world.open() as con:
        con.execute(PRODUCTS)
    return world


@pytest.mark.parametrize(
    ("scope", "refused"),
    [
        ({"products": ("OLD", "NEW")}, "NEW"),
        ({"products": ("OLD", "WON")}, None),
        ({"products": ("NEW", "WAL2")}, "NEW,WAL2"),
        ({"products": ("NEW",), "method": "base_rate"}, None),
        ({"label": "response", "families": ("tv",)}, None),
        ({"label": "response", "families": ("tv", "wallet")}, "FIRST,WAL2"),
        ({"label": "lapse"}, None),
    ],
)
def test_only_what_is_on_trial_is_refused(world, scope, refused):
    model = replace(declaration("wealth"), **{"products": (), "label": "adoption"} | scope)
    problem = novelty.refusal(world.settings, model)
    assert (problem and (problem.code, problem.fields["products"])) == (
        refused and ("RP-4014", refused)
    )


def test_a_model_of_a_product_on_trial_is_neither_fitted_nor_served(world):
    served = serve_offer(world.settings, "wealth", AS_OF)
    assert (served.fit.status, served.problem.code, served.scored) == ("refused", "RP-4014", None)
    assert not scores_file(world.settings.lake, "wealth", AS_OF).exists()
    assert not (world.settings.models / "wealth").exists()
