"""A gate fails closed, keeps counts only, lets go of the warehouse and counts for one run."""

import json
from datetime import date

import duckdb
import pytest
from gate_world import AS_OF

from expectations import gate, marts, raw, scores
from expectations.gate import build_docs, run_stage
from expectations.results import (
    STAGES,
    CheckResult,
    GateResult,
    require_all_green,
    result_file,
    write_result,
)
from expectations.vocabulary import WARNING, Check, measure, none, rows, suite, within
from warehouse.engine import dbt_runner
from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.settings import Settings

CANARY = "13912345678 王小明 canary@example.com"


def declare(monkeypatch, module, *suites):
    monkeypatch.setattr(module, "suites", lambda world: list(suites))


def test_a_gate_whose_suite_was_removed_is_red(world, monkeypatch):
    declare(monkeypatch, marts)
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert not result.passed
    with pytest.raises(RapportError, match="RP-2002"):
        result.require_green()


def test_a_gate_of_warnings_only_is_red_because_nothing_critical_was_seen_to_hold(
    world, monkeypatch
):
    declare(monkeypatch, marts, suite("marts.dim_date", rows(severity=WARNING)))
    assert not run_stage(world.settings, "marts", as_of=AS_OF).passed


def test_a_failed_warning_is_shown_and_does_not_stop(world, monkeypatch):
    odd = none("odd_days", "true", severity=WARNING)
    declare(monkeypatch, marts, suite("marts.dim_date", rows(), odd))
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert result.passed
    assert [(c.name, c.severity, c.unexpected_count) for c in result.failed] == [
        ("odd_days", WARNING, 1)
    ]


@pytest.mark.parametrize(
    "check",
    [
        none("typo", "no_such_column > 1", severity=WARNING),
        none("bad_cast", "cast(customer_key as integer) > 1", severity=WARNING),
        measure("nothing", "max(null::double)", at_most=1),
        Check("unknown_rule", "ExpectTheImpossible", {}, "cannot be", WARNING),
        Check("no_column", "ExpectColumnValuesToNotBeNull", {"column": "none"}, "", WARNING),
    ],
    ids=lambda check: check.name,
)
def test_what_cannot_be_evaluated_is_red_even_where_it_would_only_warn(world, monkeypatch, check):
    declare(monkeypatch, marts, suite("marts.mart_customer_360", rows(), check))
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert not result.passed
    failed = next(c for c in result.checks if c.name == check.name)
    assert (failed.passed, failed.severity) == (False, "critical")


def test_rules_on_a_table_without_rows_hold_and_the_missing_rows_are_what_fails(world, monkeypatch):
    world.sql("delete from marts.mart_campaign_propensity")
    empty = suite("marts.mart_campaign_propensity", rows(), within("p_response", 0, 1))
    declare(monkeypatch, marts, empty)
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert [(c.name, c.unexpected_count) for c in result.failed] == [("rows_at_least(1)", 1)]


def test_one_broken_suite_does_not_hide_the_others(world, monkeypatch):
    broken = suite("marts.no_such_mart", rows(), none("x", "true"))
    declare(monkeypatch, marts, broken, suite("marts.dim_date", rows(), none("y", "false")))
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert [c.passed for c in result.checks] == [False, False, True, True]


def test_a_crash_is_a_red_result_that_is_kept(world, monkeypatch):
    def crash(*_):
        raise RuntimeError(CANARY)

    monkeypatch.setattr("expectations.engine.judge", crash)
    result = run_stage(world.settings, "marts", as_of=AS_OF)
    assert not result.passed
    assert CANARY not in result_file(world.settings, "marts").read_text()
    with pytest.raises(RapportError, match="RP-2001"):
        result.require_green()


def test_a_missing_warehouse_is_red_and_the_raw_gate_does_not_need_it(world):
    world.settings.warehouse_file.unlink()
    assert not run_stage(world.settings, "customer", as_of=AS_OF).passed
    assert run_stage(world.settings, "raw", as_of=AS_OF).passed


def test_an_older_green_result_is_gone_as_soon_as_the_gate_runs_again(world, monkeypatch):
    run_stage(world.settings, "marts", as_of=AS_OF)

    def killed(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(gate, "look", killed)
    with pytest.raises(KeyboardInterrupt):
        run_stage(world.settings, "marts", as_of=AS_OF)
    assert not result_file(world.settings, "marts").exists()


def test_the_same_world_gives_the_same_bytes(world):
    kept = []
    for _ in range(2):
        run_stage(world.settings, "scores", run_id="7", as_of=AS_OF)
        kept.append(result_file(world.settings, "scores").read_bytes())
    assert kept[0] == kept[1]


def test_a_weakened_suite_shows_in_the_digest_of_the_result(world, monkeypatch):
    before = run_stage(world.settings, "scores", as_of=AS_OF)
    whole = scores.suites
    monkeypatch.setattr(scores, "suites", lambda world: whole(world)[:-1])
    after = run_stage(world.settings, "scores", as_of=AS_OF)
    assert after.passed and after.suite_digest != before.suite_digest


def test_the_warehouse_can_be_written_in_the_same_process_after_a_gate(world):
    run_stage(world.settings, "marts", as_of=AS_OF)
    with duckdb.connect(str(world.settings.warehouse_file)) as con:
        con.execute("create table written (i integer)")
    assert dbt_runner.select(world.settings, ["--quiet", "seed", "--select", "cn_holidays"])
    assert run_stage(world.settings, "customer", as_of=AS_OF).passed


def test_no_value_reaches_results_pages_or_logs_even_when_everything_fails(world, caplog, capfd):
    caplog.set_level("DEBUG")
    world.rewrite(
        "raw/crm/customers/business_date=2026*/*.parquet",
        f"select * replace ('{CANARY}' as party_type_code, '{CANARY}' as sex_code) from rows",
    )
    canaries = f"(select '{CANARY}' || i from range(300) t(i))"
    world.sql(
        f"update customer.dim_customer set customer_key = '{CANARY}'",
        f"update customer.dim_customer_history set customer_key = '{CANARY}'",
        f"update marts.mart_customer_360 set customer_key = '{CANARY}', industry_code = '{CANARY}'",
        "alter table marts.mart_file_accounting alter loaded_count type varchar",
        f"update marts.mart_file_accounting set loaded_count = '{CANARY}'",
        "alter table indicators.ind_value alter billed_yuan_90d type varchar",
        f"update indicators.ind_value set billed_yuan_90d = '{CANARY}'",
        f"create table customer.map_visitor as from {canaries}",
    )
    world.rewrite("scores/churn/*/*.parquet", f"select * replace ('{CANARY}' as decile) from rows")
    for stage in STAGES:
        assert not run_stage(world.settings, stage, as_of=AS_OF).passed
    build_docs(world.settings)
    assert {record.name.partition(".")[0] for record in caplog.records} <= {"rapport"}
    said = caplog.text + "".join(capfd.readouterr())
    written = [world.settings.docs, world.settings.lake / "gates"]
    said += "".join(p.read_text() for folder in written for p in folder.rglob("*.*"))
    for part in CANARY.split():
        assert part not in said


def test_the_pages_fetch_nothing_and_show_what_failed(world):
    world.sql("delete from marts.mart_customer_360 where customer_key like 'a%'")
    run_stage(world.settings, "marts", as_of=AS_OF)
    text = build_docs(world.settings).read_text()
    assert "customers_lost_or_gained" in text and "未通过" in text
    assert "http" not in text


def green(settings, run_id, as_of=AS_OF):
    held = CheckResult("t", "c", passed=True, severity="critical", evaluated=1, unexpected_count=0)
    for stage in STAGES:
        write_result(settings, GateResult(stage, True, [held], run_id, as_of.isoformat()))


def test_five_green_results_of_this_run_open_the_way(world):
    green(world.settings, "7")
    assert [result.stage for result in require_all_green(world.settings, "7", AS_OF)] == [*STAGES]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("fault", ["missing", "red", "no_checks", "other_run", "other_day", "cut"])
def test_a_result_that_is_missing_red_or_of_another_run_closes_it(world, stage, fault):
    green(world.settings, "7")
    path = result_file(world.settings, stage)
    kept = json.loads(path.read_text())
    changes = {
        "red": {"passed": False},
        "no_checks": {"checks": []},
        "other_run": {"run_id": "6"},
        "other_day": {"as_of": date(2026, 11, 6).isoformat()},
    }
    if fault == "missing":
        path.unlink()
    elif fault == "cut":
        path.write_text(path.read_text()[:40])
    else:
        path.write_text(json.dumps(kept | changes[fault]))
    with pytest.raises(RapportError, match=r"RP-200[12]"):
        require_all_green(world.settings, "7", AS_OF)


def test_every_contract_has_its_suite_so_a_new_source_is_gated_without_a_line_of_code(world):
    looked = gate.look(world.settings, "raw", AS_OF)
    tables = {suite.table for suite in raw.suites(looked)}
    assert {f"lake.{source}__{table}" for source, table in looked.contracts} <= tables


def test_every_verdict_is_in_the_ledger_and_a_suite_that_asks_less_is_said_aloud(tmp_path, caplog):
    settings = Settings(home=tmp_path)
    ledger = Ledger(settings.ledger_file)
    held = CheckResult("t", "c", True, "critical", 1, 0)
    for number, asked in enumerate((20, 19, 15)):
        gate.record(settings, GateResult("raw", True, [held] * asked, str(number), "", f"d{asked}"))
    recorded = [event.detail for event in ledger.events("gate")]
    assert [(d["run_id"], d["checks"], d["suite_digest"]) for d in recorded] == [
        ("0", 20, "d20"),
        ("1", 19, "d19"),
        ("2", 15, "d15"),
    ]
    warned = [line for line in caplog.messages if line.startswith("RP-2004")]
    assert len(warned) == 1 and "checks=15 before=19" in warned[0]
