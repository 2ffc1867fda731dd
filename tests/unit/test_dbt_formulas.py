"""Every dbt model builds on an empty lake, and every formula holds for its hand-checked examples.

The examples stand beside the models (`unit_tests:` in `_*_formulas.yml` and their like); dbt needs
the tables to exist for their column types, which is why the empty world is built first.
"""

import pytest
from tiny_lake import TinyLake

from warehouse.engine import dbt_runner


@pytest.fixture(scope="module")
def empty_world(tmp_path_factory) -> TinyLake:
    lake = TinyLake(tmp_path_factory.mktemp("formulas"))
    assert dbt_runner.command(lake.settings, ["build", "--resource-type", "model", "seed"])
    return lake


def test_every_formula_gives_what_its_examples_say(empty_world):
    assert dbt_runner.command(empty_world.settings, ["test", "--select", "test_type:unit"])
