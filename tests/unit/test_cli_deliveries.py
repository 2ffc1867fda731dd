"""Commands about deliveries: what they say is what ledger and lake hold, in a hundred columns.

Texts are for people and may change; the names under `--json` are for programs and stay.
"""

import json
from datetime import date

import pytest
from tiny_lake import TinyLake
from typer.testing import CliRunner

from warehouse.commands.main import app
from warehouse.deliveries import findings
from warehouse.deliveries.findings import Finding
from warehouse.deliveries.restatement import Restatement, events_of
from warehouse.lease import lease
from warehouse.ledger import Ledger
from warehouse.ledger.files import FileRecord
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

DAY, BEFORE = date(2026, 11, 7), date(2026, 11, 5)
RECORDS = "file_id varchar, record_number bigint, reason_code varchar, column_name varchar"


@pytest.fixture
def settings(tmp_path, monkeypatch) -> Settings:
    """Bills of two days (the day between is missing), one refused, one that waits."""
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    lake = TinyLake(tmp_path)
    Pseudonyms.load(lake.settings, False)
    ledger = Ledger(lake.settings.ledger_file)
    for name, day, state, counts, code in (
        ("a1", BEFORE, "loaded", (10, 8, 2, 0, 0), None),
        ("a2", DAY, "loaded", (1_234_567, 1_234_567, 0, 0, 0), None),
        ("a3", DAY, "quarantined", (4, 0, 4, 0, 0), "RP-1012"),
    ):
        file = f"bills_{day:%Y%m%d}.csv"
        place = (name, "boss", "bills", day, file, "sha", 9, state, "recipe")
        ledger.record_file(FileRecord(*place, *counts, reason_code=code), {}, [])
    records = [("a1", 3, "RP-1101", "amount_yuan"), ("a1", 7, "RP-1105", None)]
    lake._table(f"quarantine/boss/bills/business_date={BEFORE}/a1", RECORDS, records)
    folder = tmp_path / "landing" / "boss" / "bills"
    folder.mkdir(parents=True)
    (folder / "bills_20261108.csv").write_text("half")
    (folder / "notes.txt").write_text("x")
    ledger.close()
    return lake.settings


def call(*arguments: str) -> str:
    ended = CliRunner().invoke(app, arguments)
    assert ended.exit_code == 0, ended.output
    assert all(len(line) <= 100 for line in ended.stdout.splitlines()), ended.stdout
    return ended.stdout


def called(*arguments: str) -> dict:
    return json.loads(CliRunner().invoke(app, [*arguments, "--json"]).stdout)


def test_files_say_per_table_what_arrived_was_refused_waits_and_is_missing(settings):
    lines = [line.split() for line in call("files").splitlines()]
    (bills,) = (line for line in lines if line[0] == "boss/bills")
    assert bills[1:] == ["2026-11-07", "3", "2", "1", "1", "1,234,581", "1,234,575", "6"]
    assert ["gap", "boss/bills:", "2026-11-06"] in lines
    refused = "refused boss/bills 2026-11-07 bills_20261107.csv RP-1012 missing_column"
    assert refused.split() in lines
    waits = "waits boss/bills 2026-11-08 bills_20261108.csv for its .ok manifest"
    assert waits.split() in lines
    assert any(line[:2] == ["waits", "boss/bills"] and "RP-1008" in line for line in lines)


def test_files_of_a_table_or_since_a_day_are_listed_one_by_one(settings):
    lines = call("files", "--table", "bills", "--since", "2026-11-06").splitlines()
    assert [line.split()[2:5] for line in lines[1:3]] == [
        ["bills_20261107.csv", "loaded", "1,234,567"],
        ["bills_20261107.csv", "quarantined", "RP-1012"],
    ]
    assert not called("files", "--source", "crm")["files"]


def test_the_names_under_json_stay(settings):
    found = called("files")
    assert set(found) == {"tables", "files", "waiting"}
    assert set(found["files"][0]) == {
        *("source", "table", "business_date", "part", "file", "file_id", "state", "reason_code"),
        *("reason", "bytes", "records_in", "loaded", "quarantined", "deduplicated", "superseded"),
    }
    (bills,) = (row for row in found["tables"] if row["table"] == "bills")
    assert (bills["missing_dates"], bills["files_loaded"]) == (["2026-11-06"], 2)
    assert {row["waits_for"] for row in found["waiting"]} == {
        "its .ok manifest",
        "nothing: RP-1008 unknown_file_name",
    }


def test_the_quarantine_counts_reasons_and_points_at_records(settings):
    assert "boss/bills RP-1101 bad_cast amount_yuan 1 1" in " ".join(call("quarantine").split())
    shown = call("quarantine", "--table", "boss/bills").splitlines()
    located = [line.split() for line in shown if line.startswith("bills_20261105")]
    assert located == [
        ["bills_20261105.csv", "3", "amount_yuan", "RP-1101", "a1"],
        ["bills_20261105.csv", "7", "RP-1105", "a1"],
    ]
    records = called("quarantine")["records"]
    assert [row["record_number"] for row in records] == [3, 7]
    assert {row["business_date"] for row in records} == {BEFORE.isoformat()}


def test_a_replay_names_what_a_changed_contract_reads_again(settings):
    assert "the next run reads 2 file(s) again" in call("quarantine", "replay")
    found = {row["file_id"]: row for row in called("quarantine", "replay")["files"]}
    assert set(found) == {"a1", "a2"}, "a3 is refused, but another file stands for its day"


def test_a_finding_is_accepted_once_with_a_reason(settings):
    odd = Finding("RP-1215", "boss", "bills", DAY, "a2", "amount_yuan", 100.0, 1.0, True)
    findings.write(settings, [odd], set())
    assert f"{odd.finding_id} stops RP-1215" in " ".join(call("findings").split())
    assert "accepted: RP-1215" in call("accept", odd.finding_id, "--reason", "in fen since May")
    (found,) = called("findings")["findings"]
    assert (found["accepted"], found["effect"]) == ("in fen since May", "stops")
    refused = CliRunner().invoke(app, ["accept", "nothing", "--reason", "x"])
    assert refused.exit_code == 2
    assert refused.stderr.startswith("RP-2003 no_such_finding")


def test_restatements_name_generation_reason_and_days(settings):
    assert "no day published before has changed" in call("restatements")
    late = Restatement("boss", "bills", BEFORE, "a1", "late", 2, ("2026-11-04/2026-11-05",), True)
    ledger = Ledger(settings.ledger_file)
    fence = ledger.start_run(DAY)
    ledger.record_generation("g1", fence, DAY, "published", events_of("g1", [late]))
    line = call("restatements").splitlines()[1]
    expected = "g1 boss/bills 2026-11-05 late 2 2 2026-11-04 2026-11-05 yes"
    assert line.split() == expected.split()
    assert called("restatements")["restatements"][0]["days"] == ["2026-11-04/2026-11-05"]


def test_the_doctor_names_holder_stale_run_stray_file_and_missing_day(settings):
    found = {row["what"]: row for row in called("doctor")["findings"]}
    assert found["lock"]["detail"] == "free"
    assert not found["contracts"]["is_well"]
    assert "1 refused file(s), 1 missing day(s) up to 2026-11-07" in found["deliveries"]["detail"]
    Ledger(settings.ledger_file).start_run(DAY)
    assert not {row["what"]: row for row in called("doctor")["findings"]}["runs"]["is_well"]
    with lease(settings):
        found = {row["what"]: row for row in called("doctor")["findings"]}
        assert "held by process" in found["lock"]["detail"]
        assert found["runs"]["is_well"]
