"""Stopped in every stage, one after the other: the next run finishes what was begun."""

import signal

from tests.end_to_end.conftest import STOPS


def test_runs_killed_in_every_stage_leave_no_partial_publication_and_end_clean(stopped, reference):
    installation, said = stopped
    for stage in STOPS:
        assert not said[stage]["is_published"], stage
        if stage != "a full disk":
            assert said[stage]["code"] == -signal.SIGKILL, (stage, said[stage]["err"][-2000:])
    assert said["end"]["code"] == 0, said["end"]["err"][-3000:]
    assert installation.digests(served=False) == reference.digests(served=False)


def test_a_full_disk_is_said_in_one_line_with_its_code(stopped):
    _, said = stopped
    assert said["a full disk"]["code"] == 2
    assert "RP-3001" in said["a full disk"]["err"]
    assert "Traceback" not in said["a full disk"]["err"]
