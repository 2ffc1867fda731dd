"""Every reader sees one complete generation: while publishing, and after a stop at any point."""

import os
import shutil
import signal
import time

import duckdb
import pytest
from published_marts import build_marts, installation, read, run

from warehouse.faults import forget_hits
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path):
    return installation(tmp_path / "home")


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
