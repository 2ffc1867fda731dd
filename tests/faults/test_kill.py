"""An intake killed at any point, or out of disk, and started again gives the clean result.

The points are learnt from a traced run, so a new one is swept without being listed. Every child is
forked from a server that has opened nothing. What "the clean result" is: the bytes of lake and
vault, and the account of every file, of an intake that nobody disturbed.
"""

import errno
import multiprocessing
import os
import shutil
import signal
from datetime import timedelta
from pathlib import Path

from exports import BILLS, CUSTOMERS, DAY, VIEWS, bills, customers, views
from installation import install

KEYS = (BILLS, CUSTOMERS, VIEWS)
FORK = multiprocessing.get_context("forkserver")
FORK.set_forkserver_preload(["warehouse.intake.take", "installation"])


def child(home: Path, variables: dict[str, str]) -> None:
    os.environ.update(variables, RAPPORT_TESTING="1")
    try:
        install(home).intake(*KEYS)
    except OSError as error:
        os._exit(error.errno)


def run_child(home: Path, **variables: str) -> int:
    process = FORK.Process(target=child, args=(home, variables))
    process.start()
    process.join(60)
    return process.exitcode


def first_day(home: Path) -> None:
    """An installation with one day loaded, and a correction, a fault and new files landed."""
    site = install(home)
    site.deliver_rows(BILLS, bills(8))
    site.deliver_rows(CUSTOMERS, customers(3))
    site.intake(*KEYS)
    bad = [*bills(8, first=2), bills(1, first=90)[0] | {"amount_yuan": "x"}]
    site.deliver_rows(BILLS, bad)
    site.deliver_rows(VIEWS, views(3))
    site.deliver(VIEWS, b"cut", day=DAY + timedelta(days=1))
    site.deliver_rows(CUSTOMERS, customers(2, first=3), day=DAY + timedelta(days=1))


def state(home: Path) -> tuple:
    site = install(home)
    unfinished = [path for path in home.rglob("*") if path.name.startswith(".part")]
    return site.written_bytes("lake", "vault"), site.accounting(), unfinished


def points(tmp_path: Path) -> tuple[list[str], tuple]:
    first_day(tmp_path / "base")
    shutil.copytree(tmp_path / "base", tmp_path / "clean")
    trace = tmp_path / "trace"
    assert run_child(tmp_path / "clean", RAPPORT_FAULT_TRACE=str(trace)) == 0
    assert install(tmp_path / "clean").reasons() == ["RP-1005"]
    return trace.read_text().split(), state(tmp_path / "clean")


def test_an_intake_killed_at_any_point_and_started_again_gives_the_clean_result(tmp_path):
    found, clean = points(tmp_path)
    assert len(found) > 25
    for number, point in enumerate(found):
        home = tmp_path / str(number)
        shutil.copytree(tmp_path / "base", home)
        assert run_child(home, RAPPORT_FAULT=point) == -signal.SIGKILL, point
        assert run_child(home) == 0, point
        assert state(home) == clean, point
        shutil.rmtree(home)


def test_a_full_disk_at_any_write_stops_the_intake_and_the_next_one_finishes(tmp_path):
    found, clean = points(tmp_path)
    for number, point in enumerate(found[::3]):
        home = tmp_path / str(number)
        shutil.copytree(tmp_path / "base", home)
        assert run_child(home, RAPPORT_FAULT=f"{point}:raise") == errno.ENOSPC, point
        assert run_child(home) == 0, point
        assert state(home) == clean, point
        shutil.rmtree(home)


def test_a_first_intake_killed_while_it_makes_the_key_starts_afresh(tmp_path):
    for point in ("key_before_write#1", "key_after_write#1"):
        home = tmp_path / point.split("#")[0]
        site = install(home)
        site.deliver_rows(CUSTOMERS, customers(3))
        assert run_child(home, RAPPORT_FAULT=point) == -signal.SIGKILL
        assert run_child(home) == 0
        assert [row["loaded"] for row in site.accounting()] == [3]
