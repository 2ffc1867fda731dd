"""Killed in every stage, one after the other, the next run finishes what was begun."""

import signal

POINTS = {
    "intake": "ledger_before_commit#9",
    "dbt": "dbt_node_finished#60",
    "scoring": "scores_written#1",
    "publish": "pointer_before#1",
}


def test_runs_killed_in_every_stage_leave_no_partial_publication_and_end_clean(
    reference, fresh, world
):
    fresh.deliver(world / "landing")
    for stage, point in POINTS.items():
        killed = fresh.command(RAPPORT_TESTING="1", RAPPORT_FAULT=point)
        assert killed.returncode == -signal.SIGKILL, (stage, killed.stderr[-2000:])
        assert not (fresh.home / "published" / "current").exists(), stage
    ended = fresh.run()
    assert ended.is_green, ended.lines
    assert fresh.digests() == reference.digests()
