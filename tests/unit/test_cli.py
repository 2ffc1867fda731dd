"""Pins down the command: exit codes, one-line errors, no-op in a moment, who may see the ui.

Runs of the whole job are in tests/end_to_end; here nothing is built.
"""

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from warehouse import pending, run
from warehouse.commands import main
from warehouse.commands.main import app
from warehouse.engine import audit
from warehouse.lease import lease
from warehouse.ledger import Ledger
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

DAY = date(2026, 11, 7)
HEAVY = ("dagster", "dbt", "dbt_common", "great_expectations", "sklearn", "scipy", "pandas")


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    return Settings()


def call(*arguments: str):
    return CliRunner().invoke(app, arguments)


def pretend_published(settings: Settings, state: str = "succeeded") -> str:
    """An installation whose last run published what there is, without having run it."""
    Pseudonyms.load(settings, False)
    generation = audit.generation_id(settings, DAY)
    ledger = Ledger(settings.ledger_file)
    fence = ledger.start_run(DAY)
    ledger.record_generation(generation, fence, DAY)
    ledger.finish_run(fence, state)
    ledger.close()
    folder = settings.published / generation
    folder.mkdir(parents=True)
    manifest = {"format": 1, "generation_id": generation, "marts": {}}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (settings.published / "current").symlink_to(generation)
    return generation


def test_nothing_new_is_said_without_loading_what_only_a_run_needs(settings):
    generation = pretend_published(settings)
    program = (
        "import sys; from warehouse.commands.main import app\n"
        f"try: app(['run', '--as-of', '{DAY}'])\n"
        "except SystemExit as end: code = end.code\n"
        f"print(code, [name for name in {HEAVY} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    lines = ended.stdout.splitlines()
    assert lines[0] == f"nothing new: generation {generation} is published", ended.stderr
    assert lines[-1] == "0 []"


@pytest.fixture
def launched(monkeypatch) -> list[date]:
    """Days for which a run was started; none is."""
    days: list[date] = []

    class Ending:
        state, message = "stopped", "RP-2001 gate_red stage=raw"

    def run_full(settings, as_of, full_refresh):
        days.append(as_of)
        return Ending

    monkeypatch.setattr("dagster_project.launch.run_full", run_full)
    return days


def test_a_run_is_started_when_the_last_one_did_not_come_to_its_end(settings, launched):
    pretend_published(settings, state="failed")
    call("run", "--as-of", str(DAY))
    assert launched == [DAY]


def test_a_run_is_started_when_asked_to_build_from_nothing(settings, launched):
    pretend_published(settings)
    call("run", "--as-of", str(DAY), "--full-refresh")
    assert launched == [DAY]


def test_a_landed_file_that_no_run_has_seen_is_new_and_gives_the_date(settings, launched):
    pretend_published(settings)
    folder = settings.landing / "crm" / "customers"
    folder.mkdir(parents=True)
    (folder / "customers_20261108.csv").write_text("x")
    call("run")
    assert launched == [date(2026, 11, 8)]
    seen = pending.look_for(settings)
    assert seen.is_new
    (folder / "customers_20261108.csv").write_text("xy")
    assert pending.look_for(settings).digest != seen.digest


def test_a_red_gate_is_exit_code_1_with_its_message_and_what_stays(settings, launched):
    generation = pretend_published(settings, state="failed")
    ended = call("run", "--as-of", str(DAY))
    assert ended.exit_code == 1
    assert ended.stderr.splitlines() == [
        "RP-2001 gate_red stage=raw",
        f"generation {generation} stays published",
    ]


def test_an_interrupt_is_one_line_and_does_not_wait_for_threads(settings, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    def leave(code: int):
        raise SystemExit(code)

    pretend_published(settings, state="failed")
    monkeypatch.setattr("dagster_project.launch.run_full", interrupted)
    monkeypatch.setattr("warehouse.commands.main.os._exit", leave)
    ended = call("run", "--as-of", str(DAY))
    assert ended.exit_code == 130
    assert ended.stderr == "stopped; the next run finishes what this one began\n"


def test_an_empty_landing_folder_is_one_coded_line_and_exit_code_2(settings):
    ended = call("run")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("RP-3007 nothing_delivered")
    assert len(ended.stderr.splitlines()) == 1


def test_a_second_run_at_the_same_time_is_told_to_come_back_later(settings):
    with lease(settings):
        ended = call("run")
    assert ended.exit_code == 75
    assert ended.stderr.startswith(f"RP-3002 another_run pid={os.getpid()}")


def test_sample_exports_are_written_whole_and_only_into_an_empty_folder(settings, monkeypatch):
    written = []

    def write_world(landing: Path, truth: Path) -> None:
        written.append(landing)
        (landing / "crm").mkdir(parents=True)
        (landing / "crm" / "first.csv").write_text("half")
        if len(written) == 1:
            raise KeyboardInterrupt
        (landing / "crm" / "second.csv").write_text("whole")

    monkeypatch.setattr("simulator.write.write_world", write_world)
    with pytest.raises(KeyboardInterrupt):
        run.write_sample(settings)
    assert not settings.landing.exists()
    assert run.write_sample(settings)
    assert sorted(path.name for path in settings.landing.rglob("*.csv")) == [
        "first.csv",
        "second.csv",
    ]
    assert not run.write_sample(settings)
    assert len(written) == 2


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "example.org"])
def test_the_ui_is_refused_to_other_machines_unless_a_proxy_stands_before_it(
    settings, host, monkeypatch
):
    started = []
    monkeypatch.setattr(main, "_replace_by", lambda *command: started.append(command))
    ended = call("ui", "--host", host)
    assert ended.exit_code == 2
    assert "--behind-proxy" in ended.stderr
    assert started == []
    call("ui", "--host", host, "--behind-proxy")
    assert started[0][1][:3] == ["dev", "--host", host]


def test_the_ui_listens_here_only_and_can_be_for_looking_only(settings, monkeypatch):
    started = []
    monkeypatch.setattr(main, "_replace_by", lambda *command: started.append(command))
    call("ui", "--port", "3333")
    call("ui", "--read-only")
    (first, arguments), (second, looking) = started
    assert (first, second) == ("dg", "dagster-webserver")
    assert arguments[:5] == ["dev", "--host", "127.0.0.1", "--port", "3333"]
    assert looking[:3] == ["--read-only", "--host", "127.0.0.1"]


def test_rolling_back_to_what_is_not_there_is_one_coded_line(settings):
    ended = call("rollback", "nowhere")
    assert ended.exit_code == 2
    assert ended.stderr.startswith("RP-3010 no_such_generation")


def test_the_doctor_finds_a_key_that_others_can_read(settings):
    Pseudonyms.load(settings, False)
    assert call("doctor").exit_code == 0
    settings.key_path.chmod(0o644)
    ended = call("doctor")
    assert ended.exit_code == 2
    [line] = [line for line in ended.stdout.splitlines() if line.startswith("BAD")]
    assert "644" in line
