"""Pins down the shape of the run: continuous lineage, gates between steps, who owns what, triggers.

Reads the definitions only; what a run does with them is in test_dagster_run.py.
"""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest
from dagster._core.execution.api import create_execution_plan

from dagster_project.definitions import defs
from dagster_project.partitions import PARTITION_TAG, as_of
from dagster_project.specs import manifest
from ml.registry import offers
from warehouse.contract import load_contracts
from warehouse.settings import Settings

STEPS = (
    ("intake",),
    ("gate_raw",),
    ("identity",),
    ("audit", "name_quality"),
    ("customer",),
    ("gate_customer",),
    ("indicators",),
    ("gate_indicators",),
    ("clusters", "measure_uplift", *(f"score_{offer}" for offer in offers()), "value_purchases"),
    ("gate_scores",),
    ("marts",),
    ("gate_marts",),
    ("publish",),
    ("report",),
)
"""The run as the architecture draws it; steps in one bracket do not wait for each other."""


@pytest.fixture(scope="module")
def definitions(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_HOME", str(tmp_path_factory.mktemp("graph")))
        yield defs()


@pytest.fixture(scope="module")
def upstream(definitions) -> dict[str, set[str]]:
    """Every step with all the steps that must have succeeded before it starts."""
    plan = create_execution_plan(definitions.resolve_job_def("full"))
    direct = {step.key: step.get_execution_dependency_keys() for step in plan.step_dict.values()}

    def all_before(step: str) -> set[str]:
        return set().union(direct[step], *(all_before(before) for before in direct[step]))

    return {step: all_before(step) for step in direct}


@pytest.fixture(scope="module")
def assets(definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in definitions.resolve_all_asset_specs()}


def executable(definitions: dg.Definitions) -> list[dg.AssetsDefinition]:
    found = definitions.resolve_asset_graph().assets_defs
    return [definition for definition in found if definition.is_executable]


def test_every_step_waits_for_all_earlier_steps_so_that_a_red_gate_stops_everything_after_it(
    upstream,
):
    earlier: set[str] = set()
    for steps in STEPS:
        for step in steps:
            assert upstream[step] == earlier, step
        earlier |= set(steps)
    assert set(upstream) == earlier


def test_every_dbt_layer_is_a_step_of_its_own_so_that_an_edge_between_layers_crosses_steps(
    definitions,
):
    step_of = {key: d.node_def.name for d in executable(definitions) for key in d.keys}
    nodes = manifest()["nodes"].values()
    built = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    for node in built:
        [tag] = [tag for tag in node["tags"] if tag.startswith("layer_")]
        assert f"layer_{step_of[dg.AssetKey([node['schema'], node['name']])]}" == tag


def test_every_table_of_a_gated_stage_carries_the_verdict_of_its_gate(definitions):
    step_of = {key: d.node_def.name for d in executable(definitions) for key in d.keys}
    checks = definitions.resolve_asset_graph().asset_check_keys
    gate_of = {c.asset_key: c.name for c in checks if c.name.startswith("gate_")}
    gate_after = {"intake": "gate_raw", **{f"score_{offer}": "gate_scores" for offer in offers()}}
    gate_after["measure_uplift"] = "gate_scores"
    gate_after["clusters"] = "gate_scores"
    gate_after["value_purchases"] = "gate_scores"
    gate_after |= {layer: f"gate_{layer}" for layer in ("customer", "indicators", "marts")}
    expected = {k: gate_after[step] for k, step in step_of.items() if step in gate_after}
    assert gate_of == expected


def test_lineage_leads_from_every_published_mart_back_to_what_the_senders_drop(assets):
    def roots(key: dg.AssetKey) -> set[dg.AssetKey]:
        deps = [dep.asset_key for dep in assets[key].deps]
        return set().union(*(roots_of[dep] for dep in deps)) if deps else {key}

    roots_of: dict[dg.AssetKey, set[dg.AssetKey]] = {}
    pending = dict(assets)
    while pending:
        ready = [k for k, s in pending.items() if all(d.asset_key in roots_of for d in s.deps)]
        assert ready, f"a dependency is no asset of the project: {sorted(pending)[:3]}"
        for key in ready:
            roots_of[key] = roots(key)
            del pending[key]
    landing = {dg.AssetKey(["landing", source]) for source in ("boss", "crm", "web")}
    assert roots_of[dg.AssetKey(["published", "generation"])] >= landing
    assert roots_of[dg.AssetKey(["marts", "mart_campaign_propensity"])] >= landing


def test_every_contract_is_a_raw_asset_with_the_columns_of_the_lake(assets):
    for (source, table), contract in load_contracts().items():
        spec = assets[dg.AssetKey([source, table])]
        schema = spec.metadata["dagster/column_schema"]
        names = [column.name for column in schema.columns]
        assert names == [name for name, _ in contract.lake_columns]
        direct = {column.name for column in contract.columns if column.is_direct}
        assert not direct & set(names)


def test_every_asset_has_an_owner_a_group_a_kind_and_a_description(assets):
    for key, spec in assets.items():
        assert spec.description, key
        assert spec.group_name not in (None, "default"), key
        assert spec.kinds, key
        if spec.group_name not in ("landing",):
            assert spec.owners, key


def test_no_asset_hands_data_on_so_nothing_is_ever_pickled(definitions):
    for definition in executable(definitions):
        outputs = {output.name: output for output in definition.node_def.output_defs}
        for key in definition.keys:
            output = outputs[definition.get_output_name_for_asset_key(key)]
            assert output.dagster_type.is_nothing, key


def test_a_range_of_days_is_one_run_and_all_steps_share_the_writing_pool(definitions):
    for definition in executable(definitions):
        if definition.keys:
            assert definition.backfill_policy == dg.BackfillPolicy.single_run()
            assert definition.partitions_def.get_partition_keys()[0] == "2025-10-01"
    for node in definitions.resolve_job_def("full").nodes:
        assert node.definition.pool == "duckdb_write", node.name


def test_the_night_schedule_runs_yesterday_at_half_past_two_in_china(definitions):
    schedule = definitions.get_schedule_def("nightly")
    assert schedule.cron_schedule == "30 2 * * *"
    assert schedule.execution_timezone == "Asia/Shanghai"
    tick = datetime(2026, 11, 8, 2, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    context = dg.build_schedule_context(
        scheduled_execution_time=tick, repository_def=definitions.get_repository_def()
    )
    [request] = schedule.evaluate_tick(context).run_requests
    assert request.partition_key == "2026-11-07"


def test_every_dbt_test_is_shown_as_a_check_and_blocks_unless_it_only_warns(definitions):
    tests = {
        node["name"]: node["config"]["severity"].lower()
        for node in manifest()["nodes"].values()
        if node["resource_type"] == "test"
    }
    checks = {}
    for definition in definitions.resolve_asset_graph().assets_defs:
        checks |= {spec.name: spec.blocking for spec in definition.check_specs}
    for name, severity in tests.items():
        assert checks[name] == (severity == "error"), name


def test_the_sensor_starts_one_run_for_what_lies_there_and_none_when_nothing_is_new(
    definitions,
):
    settings = Settings(home=Path(os.environ["RAPPORT_HOME"]))
    sensor = definitions.get_sensor_def("arrival")

    def tick() -> list[tuple[str, dict[str, str]]]:
        data = sensor.evaluate_tick(
            dg.build_sensor_context(repository_def=definitions.get_repository_def())
        )
        return [(r.run_key, r.tags[PARTITION_TAG]) for r in data.run_requests]

    assert tick() == []
    landed = settings.landing / "crm" / "customers" / "customers_20441108.csv"
    landed.parent.mkdir(parents=True)
    landed.write_text("one")
    [(first, day)] = tick()
    assert day == "2044-11-08"
    assert tick() == [(first, day)]
    landed.write_text("another")
    [(second, _)] = tick()
    assert second != first


def test_a_run_over_a_range_of_days_is_for_the_last_of_them():
    day = {"dagster/partition": "2026-11-07"}
    days = {
        "dagster/asset_partition_range_start": "2026-11-01",
        "dagster/asset_partition_range_end": "2026-11-05",
    }
    assert str(as_of(day)) == "2026-11-07"
    assert str(as_of(days)) == "2026-11-05"
