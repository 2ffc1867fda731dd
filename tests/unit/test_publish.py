"""What is published: complete, ordered, self-describing, gated, fenced, kept and rolled back."""

import hashlib
import json

import duckdb
import pytest
from published_marts import AS_OF, ROWS, build_marts, installation, read, run

from expectations.results import STAGES, CheckResult, GateResult, write_result
from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.publication.generation import is_sound
from warehouse.publication.publish import publish, rollback
from warehouse.publication.published import current, generations, prune
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return installation(tmp_path / "home")


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
