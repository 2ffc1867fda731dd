"""Pins down what a run does: order of the work, red gates, failures, killed runs, alerts, secrets.

Dagster, its history and our wiring are real, the work is replaced (dagster_world.py).
"""

import dagster as dg
import pytest
from dagster_world import AS_OF, WHOLE_RUN, World, alerts, everything_written, make_world

from dagster_project import home, launch
from dagster_project.defs.job import end_what_stays_lost
from warehouse.engine import dbt_layers, dbt_runner
from warehouse.errors import RapportError
from warehouse.lease import lease
from warehouse.ledger import Ledger

SECRET = "13800138000"
COMPUTE_LOGS = {".out", ".err", ".complete"}


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    """One home with dbt's manifest for all tests of this file; each test has its own history."""
    return tmp_path_factory.mktemp("parsed")


@pytest.fixture(scope="module")
def definitions(parsed) -> dg.Definitions:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RAPPORT_HOME", str(parsed))
        return launch.defs()


@pytest.fixture
def world(parsed, definitions, tmp_path, monkeypatch) -> World:
    return make_world(parsed, definitions, tmp_path, monkeypatch)


def test_a_run_does_all_the_work_in_order_as_of_its_date_under_one_number(world):
    assert world.run().message == ""
    assert world.calls == WHOLE_RUN
    fence = world.arguments["publish"]
    assert Ledger(world.settings.ledger_file).run_state(fence) == "succeeded"
    assert world.arguments["gate marts"] == (str(fence), AS_OF)
    assert world.arguments["identity"] == world.arguments["audit"] == AS_OF
    assert world.arguments["names"] == AS_OF
    assert alerts(world) == []


@pytest.mark.parametrize("stage", ["raw", "customer", "indicators", "scores", "marts"])
def test_after_a_red_gate_nothing_is_called_any_more_and_the_message_names_the_check(world, stage):
    world.red = stage
    ended = world.run()
    assert world.calls == WHOLE_RUN[: WHOLE_RUN.index(f"gate {stage}") + 1]
    assert ended.state == "stopped"
    assert ended.message.startswith(f"RP-2001 gate_red stage={stage} failed=1")
    assert "customer.dim_customer.sane" in ended.message
    assert [line["code"] for line in alerts(world)] == ["RP-2001"]


def test_a_failing_dbt_test_stops_the_run_before_the_gate_of_its_layer(world):
    manifest = dbt_layers.read_manifest(dbt_runner.parse(world.settings))
    tests = dbt_layers.tests(manifest, "customer").values()
    world.failing_test = next(
        test["name"] for test in tests if test["config"]["severity"].lower() == "error"
    )
    ended = world.run()
    assert world.calls[-1] == "customer"
    assert ended.message.startswith("RP-2001 gate_red stage=customer failed=1")
    assert world.failing_test in ended.message


@pytest.mark.parametrize("step", ["intake", "indicators"])
def test_a_failure_has_a_code_and_an_alert_and_leaves_no_value_anywhere(world, step):
    chained = ValueError(f"Could not convert string '{SECRET}' to DATE")
    chained.__context__ = RuntimeError(SECRET)
    world.raises = {step: chained}
    ended = world.run()
    assert ended.state == "failed"
    assert ended.message.startswith("RP-3014 unexpected_error step=")
    assert "ValueError at dagster_world.py:" in ended.message
    assert [line["code"] for line in alerts(world)] == ["RP-3014"]
    assert SECRET.encode() not in everything_written(world)


def test_a_coded_failure_keeps_its_code_and_loses_what_it_was_raised_from(world):
    coded = RapportError("RP-3003", file="pseudonym.key")
    coded.__cause__ = ValueError(SECRET)
    world.raises = {"intake": coded}
    assert world.run().message.startswith("RP-3003 key_missing file=pseudonym.key")
    assert SECRET.encode() not in everything_written(world)


def test_a_full_disk_is_told_as_such(world):
    world.raises = {"publish": OSError(28, "No space left on device")}
    assert world.run().message.startswith("RP-3001 disk_full step=publish")


def test_a_failure_before_the_first_step_keeps_its_code_too(world, monkeypatch):
    def refuse(settings, thoroughly):
        raise RapportError("RP-3001", folder="home")

    monkeypatch.setattr("dagster_project.resources.ensure_readable", refuse)
    assert world.run() == launch.Ending("failed", str(RapportError("RP-3001", folder="home")))
    assert world.calls == []


def test_an_interrupt_is_passed_on_and_nothing_more_is_begun(world):
    world.raises = {"identity": KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt):
        world.run()
    assert world.calls == ["intake", "gate raw", "identity"]
    assert alerts(world) == []


def test_a_run_that_was_killed_is_ended_by_the_next_which_is_not_held_up_by_it(world):
    with home.instance(world.settings) as instance:
        job = launch.defs().resolve_job_def("full")
        killed = instance.create_run_for_job(job, tags={"dagster/partition": str(AS_OF)})
        instance.report_run_canceling(killed)
        storage = instance.event_log_storage
        storage.initialize_concurrency_limit_to_default("duckdb_write")
        storage.claim_concurrency_slot("duckdb_write", killed.run_id, "customer")
        assert storage.get_concurrency_info("duckdb_write").active_slot_count == 1
    assert world.run().state == "succeeded"
    with home.instance(world.settings) as instance:
        assert instance.get_run_by_id(killed.run_id).status == dg.DagsterRunStatus.FAILURE


def test_a_lost_run_is_ended_by_the_sensor_once_it_was_seen_twice_without_a_lease(world):
    with home.instance(world.settings) as instance:
        lost = instance.create_run_for_job(launch.defs().resolve_job_def("full"))
        instance.report_run_canceling(lost)

        def look(cursor: str | None) -> tuple[str | None, dg.DagsterRunStatus]:
            context = dg.build_sensor_context(instance=instance, cursor=cursor)
            end_what_stays_lost(context)
            return context.cursor, instance.get_run_by_id(lost.run_id).status

        cursor, status = look(None)
        assert status == dg.DagsterRunStatus.CANCELING
        with lease(world.settings):
            emptied, status = look(cursor)
        assert (emptied, status) == ("", dg.DagsterRunStatus.CANCELING)
        _, status = look(cursor)
        assert status == dg.DagsterRunStatus.FAILURE


def test_a_run_started_elsewhere_stops_at_once_when_another_holds_the_lease(world):
    job = launch.defs().resolve_job_def("full")
    with home.instance(world.settings) as instance, lease(world.settings):
        tags = {"dagster/partition": str(AS_OF)}
        with pytest.raises(dg.DagsterResourceFunctionError) as caught:
            job.execute_in_process(instance=instance, tags=tags, run_config=launch.QUIET)
    assert "RP-3002 another_run" in str(caught.value.__cause__)
    assert world.calls == []


def test_dagster_keeps_its_history_under_our_home_pickles_nothing_and_tells_nobody(world):
    world.red = "raw"
    world.run()
    kept = [path for path in world.settings.dagster_home.rglob("*") if path.is_file()]
    assert {path.suffix for path in kept} <= {".yaml", ".db", ".db-wal", ".db-shm"} | COMPUTE_LOGS
    with home.instance(world.settings) as instance:
        assert not instance.telemetry_enabled
        assert instance.global_op_concurrency_default_limit == 1
        assert instance.root_directory == str(world.settings.dagster_home)
        [run] = instance.get_runs()
        assert instance.get_run_stats(run.run_id).steps_failed == 1
