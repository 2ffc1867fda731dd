"""Every reader sees one complete generation: while publishing, after any kill, after a rollback."""

import hashlib
import json
import os
import shutil
import signal
import time
from datetime import date

import duckdb
import pytest

from expectations.results import STAGES, CheckResult, GateResult, require_all_green, write_result
from warehouse.errors import RapportError
from warehouse.faults import forget_hits
from warehouse.generation import is_sound
from warehouse.ledger import Ledger
from warehouse.publish import publish, rollback
from warehouse.published import current, generations, prune
from warehouse.settings import Settings

AS_OF = date(2026, 11, 7)
ROWS = 500


@pytest.fixture
def settings(tmp_path):
    settings = Settings(home=tmp_path / "home", keep_generations=3)
    audit = settings.lake / "audit"
    audit.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select date '{AS_OF}' as as_of_date, 'code' as code_version,
            'key' as key_version) to '{audit}/run_context.parquet' (format parquet)"""
        )
    build_marts(settings)
    return settings


def build_marts(settings, value=0.25, order="i"):
    """A mart under contract and one that is not."""
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(
            f"""create schema if not exists marts;
            create or replace table marts.mart_campaign_propensity as
            select 'c' || i as customer_key, 'churn' as offer_code, {value}::double as p_response,
                1 as decile, i as score_rank, 'm{value}' as model_version,
                'behaviour' as method_code, date '{AS_OF}' as as_of_date
            from range({ROWS}) t(i) order by {order};
            create or replace table marts.other as select i % 3 as x from range(9) t(i)
            order by {order}"""
        )


def run(settings, generation, fence=None):
    """What a run does at its end: five green gates, then publish."""
    ledger = Ledger(settings.ledger_file)
    fence = fence or ledger.start_run(AS_OF)
    ledger.close()
    held = CheckResult("t", "c", passed=True, severity="critical", evaluated=1, unexpected_count=0)
    for stage in STAGES:
        write_result(settings, GateResult(stage, True, [held], str(fence), AS_OF.isoformat()))
    gates = require_all_green(settings, str(fence), AS_OF)
    return publish(settings, generation, AS_OF, fence, gates)


def read(settings):
    """What a reader sees who resolves the pointer once; fails when it is not one generation."""
    folder = (settings.published / "current").resolve(strict=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as con:
        (named, digest), *_ = con.sql(
            "select generation_id, content_digest from generation"
        ).fetchall()
        models = con.sql("select distinct model_version from mart_campaign_propensity").fetchall()
        for name, mart in manifest["marts"].items():
            parquet = str(folder / mart["parquet"])
            assert con.sql(f"select count(*) from {name}").fetchall() == [(mart["rows"],)]
            assert con.sql(f"select count(*) from '{parquet}'").fetchall() == [(mart["rows"],)]
    assert (named, digest) == (folder.name, manifest["content_digest"])
    assert models == [(manifest["models"]["churn"],)]
    return manifest


def test_a_generation_is_complete_ordered_and_says_what_it_is(settings):
    build_marts(settings, order="random()")
    result = run(settings, "g1")
    manifest = read(settings)
    assert result.changed and result.rows == {"mart_campaign_propensity": ROWS, "other": 9}
    assert (manifest["as_of_date"], manifest["code_version"]) == ("2026-11-07", "code")
    entry = manifest["marts"]["mart_campaign_propensity"]
    parquet = result.path / entry["parquet"]
    assert entry["key"] == ["customer_key", "offer_code"]
    assert entry["parquet_sha256"] == hashlib.sha256(parquet.read_bytes()).hexdigest()
    wanted = [(key,) for key in sorted(f"c{i}" for i in range(ROWS))]
    assert duckdb.sql(f"select customer_key from '{parquet}'").fetchall() == wanted
    with duckdb.connect(str(result.path / "marts.duckdb"), read_only=True) as con:
        stored = con.sql("select customer_key from mart_campaign_propensity order by rowid")
        assert stored.fetchall() == wanted
    assert [gate["stage"] for gate in json.loads((result.path / "gates.json").read_text())] == [
        *STAGES
    ]


def test_the_database_is_readable_by_older_clients_and_explains_its_columns(settings):
    file = run(settings, "g1").path / "marts.duckdb"
    with duckdb.connect() as con:
        con.execute(f"attach '{file}' as marts (read_only)")
        tags = con.sql("select tags from duckdb_databases() where database_name = 'marts'")
        assert tags.fetchall()[0][0]["storage_version"].startswith("v1.4")
        comment = con.sql(
            "select comment from duckdb_columns() where database_name = 'marts'"
            " and table_name = 'mart_campaign_propensity' and column_name = 'p_response'"
        ).fetchall()[0][0]
    assert "概率" in comment


def test_equal_marts_give_equal_bytes_whatever_the_order_of_their_rows(settings):
    first = run(settings, "g1").path
    build_marts(settings, order="hash(i)")
    second = run(settings, "g2").path
    files = sorted(path.relative_to(first) for path in first.rglob("*.parquet"))
    assert len(files) == 2
    for file in files:
        assert (first / file).read_bytes() == (second / file).read_bytes()
    manifests = [(folder / "manifest.json").read_text() for folder in (first, second)]
    assert manifests[0].replace("g1", "g2") == manifests[1]
    assert (first / "gates.json").read_bytes() == (second / "gates.json").read_bytes()


def test_a_changed_cell_changes_the_digest(settings):
    before = run(settings, "g1").content_digest
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("update marts.other set x = 7 where x = 0")
    assert run(settings, "g2").content_digest != before


def test_publishing_the_same_generation_again_changes_nothing(settings):
    before = run(settings, "g1")
    stamp = before.path.stat().st_mtime_ns
    again = run(settings, "g1")
    assert not again.changed and again.content_digest == before.content_digest
    assert before.path.stat().st_mtime_ns == stamp


def test_a_damaged_generation_is_built_again(settings):
    folder = run(settings, "g1").path
    parquet = next(folder.rglob("*.parquet"))
    parquet.write_bytes(parquet.read_bytes()[:-1] + b"x")
    assert run(settings, "g1").changed
    assert is_sound(folder)


@pytest.mark.parametrize("stage", STAGES)
def test_a_gate_that_turns_red_after_the_caller_looked_keeps_the_last_generation(settings, stage):
    run(settings, "g1")
    ledger = Ledger(settings.ledger_file)
    fence = ledger.start_run(AS_OF)
    held = CheckResult("t", "c", passed=True, severity="critical", evaluated=1, unexpected_count=0)
    results = [GateResult(s, True, [held], str(fence), AS_OF.isoformat()) for s in STAGES]
    for result in results:
        write_result(settings, result)
    failed = CheckResult("t", "c", False, "critical", 1, 1)
    write_result(settings, GateResult(stage, False, [failed], str(fence), AS_OF.isoformat()))
    with pytest.raises(RapportError, match="RP-2001"):
        publish(settings, "g2", AS_OF, fence, results)
    assert current(settings) == "g1" and generations(settings) == ["g1"]


def test_a_run_that_was_overtaken_cannot_publish(settings):
    ledger = Ledger(settings.ledger_file)
    slow, fast = ledger.start_run(AS_OF), ledger.start_run(AS_OF)
    run(settings, "newer", fast)
    with pytest.raises(RapportError, match="RP-3009"):
        run(settings, "older", slow)
    assert current(settings) == "newer" and generations(settings) == ["newer"]


def test_a_newer_run_without_news_still_shuts_out_an_older_one(settings):
    ledger = Ledger(settings.ledger_file)
    first, slow, fast = (ledger.start_run(AS_OF) for _ in range(3))
    run(settings, "g1", first)
    assert not run(settings, "g1", fast).changed
    with pytest.raises(RapportError, match="RP-3009"):
        run(settings, "older", slow)


def test_a_rollback_goes_one_back_then_another_and_the_next_run_goes_on(settings):
    for number in (1, 2, 3):
        run(settings, f"g{number}")
    assert rollback(settings) == "g2"
    assert read(settings)["generation_id"] == "g2"
    assert rollback(settings) == "g1"
    with pytest.raises(RapportError, match="RP-3010"):
        rollback(settings)
    assert rollback(settings, "g3") == "g3"
    assert run(settings, "g4").changed and current(settings) == "g4"


def test_a_rollback_refuses_what_is_not_there_in_full(settings):
    run(settings, "g1")
    folder = run(settings, "g2").path
    run(settings, "g3")
    next(folder.rglob("*.parquet")).write_bytes(b"")
    for name in ("none", "../g1", "current", "g2"):
        with pytest.raises(RapportError, match="RP-3010"):
            rollback(settings, name)
    assert rollback(settings) == "g1"


def test_the_newest_generations_are_kept_and_the_current_one_always(settings):
    for number in range(1, 6):
        run(settings, f"g{number}")
    assert generations(settings) == ["g3", "g4", "g5"]
    rollback(settings, "g3")
    prune(Settings(home=settings.home, keep_generations=1), Ledger(settings.ledger_file))
    assert generations(settings) == ["g3", "g5"] and current(settings) == "g3"


def faulty(settings, fault, trace=None):
    """Publish g2 in a process of its own that a fault may end; return its exit status."""
    child = os.fork()
    if child == 0:
        forget_hits()
        os.environ.update({"RAPPORT_TESTING": "1", "RAPPORT_FAULT": fault})
        if trace:
            os.environ["RAPPORT_FAULT_TRACE"] = str(trace)
        try:
            run(settings, "g2")
        except OSError:
            os._exit(28)
        os._exit(0)
    return os.waitpid(child, 0)[1]


@pytest.mark.parametrize("action", ["", ":raise"], ids=["killed", "disk_full"])
def test_stopped_anywhere_readers_have_one_generation_and_the_next_run_finishes(
    tmp_path, settings, action
):
    run(settings, "g1")
    build_marts(settings, value=0.5)
    trace = tmp_path / "trace"
    clean = copy(settings, tmp_path / "clean")
    assert faulty(clean, "", trace) == 0
    points = trace.read_text().split()
    if action:  # the ledger's own writes are rehearsed elsewhere
        points = [point for point in points if not point.startswith("ledger")]
    assert {
        "generation_built#1",
        "generation_renamed#1",
        "pointer_before#1",
        "pointer_after#1",
    } <= {*points}
    for number, point in enumerate(points):
        stopped = copy(settings, tmp_path / str(number))
        status = faulty(stopped, point + action)
        assert status == (28 << 8 if action else signal.SIGKILL), point
        assert read(stopped)["generation_id"] in {"g1", "g2"}, point
        run(stopped, "g2")
        assert read(stopped) == read(clean), point
        left = {path.name for path in stopped.published.iterdir()}
        assert left == {".lock", "current", "g1", "g2"}, point


def copy(settings, home):
    shutil.copytree(settings.home, home, symlinks=True)
    return Settings(home=home, keep_generations=settings.keep_generations)


def test_readers_meet_one_complete_generation_and_never_an_older_one(settings):
    run(settings, "g00")
    ends, readers = [], []
    for _ in range(2):
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(out)
            _read_until_last(settings, into)
        os.close(into)
        ends.append(out)
        readers.append(child)
    for number in range(1, 21):
        build_marts(settings, value=number / 100)
        run(settings, f"g{number:02}")
    for child, out in zip(readers, ends, strict=True):
        status = os.waitpid(child, 0)[1]
        said = os.read(out, 4000).decode()
        assert status == 0, said
        assert int(said) >= 20


def _read_until_last(settings, into):
    """In a process of its own: open again and again; say how often, or what was wrong."""
    seen, count, deadline = "", 0, time.monotonic() + 60
    try:
        while seen != "g20" and time.monotonic() < deadline:
            try:
                now = read(settings)["generation_id"]
            except (FileNotFoundError, duckdb.IOException):
                continue  # three newer ones are out and this one is gone: look again
            assert now >= seen, (now, seen)
            seen, count = now, count + 1
        os.write(into, str(count).encode())
        os._exit(0)
    except BaseException as error:
        os.write(into, repr(error).encode()[:4000])
        os._exit(1)
