"""Killed in every stage, one after the other, the next run finishes what was begun."""

import signal

import pytest

POINTS = [
    ("intake", "ledger_before_commit#9"),
    ("dbt", "dbt_node_finished#60"),
    ("scoring", "scores_written#1"),
    ("publish", "publish_before_pointer#1"),
]


def test_runs_killed_in_every_stage_leave_no_partial_publication_and_end_clean(
    reference, fresh, world
):
    fresh.deliver(world / "landing")
    for stage, point in POINTS:
        killed = fresh.run(RAPPORT_TESTING="1", RAPPORT_FAULT=point)
        assert killed.returncode == -signal.SIGKILL, (stage, killed.stderr[-2000:])
        assert not (fresh.home / "published" / "current").exists(), stage
    ended = fresh.run()
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert fresh.digests() == reference.digests()


def test_a_full_disk_is_a_coded_failure_and_keeps_the_publication(copy):
    before = copy.manifest()
    ended = copy.run(
        "--full-refresh", RAPPORT_TESTING="1", RAPPORT_FAULT="publish_before_pointer#1:raise"
    )
    assert ended.returncode == 2
    assert "RP-3001" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert copy.manifest() == before


@pytest.mark.parametrize("target", ["warehouse.duckdb"])
def test_a_damaged_warehouse_is_rebuilt(reference, copy, target):
    path = copy.home / target
    content = bytearray(path.read_bytes())
    content[0:64] = b"\xff" * 64
    path.write_bytes(content)
    ended = copy.run("--full-refresh")
    assert ended.returncode == 0, ended.stderr[-3000:]
    assert copy.digests() == reference.digests()
