"""The worlds and the reference run that end-to-end tests share.

One small world is written once; one installation takes it in once, whichever test process comes
first. A test that changes anything works on a copy. What does not belong here: assertions.
"""

import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from filelock import FileLock

from simulator.write import write_world
from tests.end_to_end.canaries import add_canaries
from tests.end_to_end.installation import Installation
from warehouse.settings import Settings

CUSTOMERS = 2000
"""Enough outcomes for both models to be fitted, few enough for a run in seconds."""
STOPS = {
    "a full disk": "ledger_before_commit#5:raise",
    "intake": "ledger_before_commit#9",
    "dbt": "dbt_node_finished#60",
    "scoring": "scores_written#1",
    "publish": "pointer_before#1",
}
"""Where the runs of one installation are stopped, one after the other; killed unless it says so."""
SAID = "said.json"
KEY = hashlib.sha256(b"rapport").digest()
START, MONTHS, DAYS = date(2026, 5, 1), 6, 3
HISTORY_END, AS_OF = date(2026, 10, 31), date(2026, 11, 3)


@pytest.fixture(scope="session")
def shared(tmp_path_factory, worker_id):
    """Makes a folder once for all test processes: by name, with the function that fills it."""
    base = tmp_path_factory.getbasetemp()
    base = base if worker_id == "master" else base.parent

    def made_once(name: str, fill: Callable[[Path], None]) -> Path:
        folder, done = base / name, base / f"{name}.done"
        with FileLock(base / f"{name}.lock"):
            if not done.exists():
                fill(folder)
                done.touch()
        return folder

    return made_once


@pytest.fixture(scope="session")
def world(shared):
    """Exports of a small world: six months of history, three daily deliveries, the canaries."""

    def fill(folder: Path) -> None:
        write_world(
            folder / "landing",
            folder / "truth",
            customers=CUSTOMERS,
            seed=11,
            start=START,
            months=MONTHS,
            days=DAYS,
        )
        add_canaries(folder / f"landing/crm/customers/customers_{AS_OF:%Y%m%d}.csv")

    return shared("world", fill)


@pytest.fixture(scope="session")
def keyring(shared):
    """An installation with a pseudonym key and nothing else: with one key runs can be compared.

    The same in every session: who is held out hangs on it, and with that whether a model of so few
    customers is good enough to score.
    """

    def fill(folder: Path) -> None:
        path = Settings(home=folder).key_path
        path.parent.mkdir(parents=True, mode=0o700)
        path.touch(mode=0o600)
        path.write_bytes(KEY)

    return Installation(shared("keyring", fill))


@pytest.fixture(scope="session")
def reference(world, keyring, shared):
    """An installation that ran over the history, then over the days. Not to be changed: copy it."""

    def fill(folder: Path) -> None:
        installation = Installation(folder)
        installation.take_key_of(keyring)
        first_day = HISTORY_END + timedelta(days=1)
        for since, until in ((None, HISTORY_END), (first_day, AS_OF)):
            installation.deliver(world / "landing", since=since, until=until)
            ended = installation.run()
            assert ended.is_green, ended.lines

    return Installation(shared("reference", fill))


@pytest.fixture(scope="session")
def stopped(world, keyring, shared):
    """An installation stopped in every stage until a run came through, and what each run said.

    By stage, the last one as `end`. Not to be changed.
    """

    def fill(folder: Path) -> None:
        installation = Installation(folder)
        installation.take_key_of(keyring)
        installation.deliver(world / "landing")
        said = {}
        for stage, fault in [*STOPS.items(), ("end", "")]:
            ended = installation.command(RAPPORT_TESTING="1", RAPPORT_FAULT=fault)
            said[stage] = {
                "code": ended.returncode,
                "out": ended.stdout,
                "err": ended.stderr,
                "is_published": (installation.home / "published" / "current").exists(),
            }
        (folder / SAID).write_text(json.dumps(said))

    folder = shared("stopped", fill)
    return Installation(folder), json.loads((folder / SAID).read_text())


@pytest.fixture
def fresh(keyring, tmp_path):
    """An empty installation with the reference's pseudonym key."""
    installation = Installation(tmp_path / "home")
    installation.take_key_of(keyring)
    return installation


@pytest.fixture
def copy(reference, tmp_path):
    """The reference once more, free to be changed."""
    return reference.copy_to(tmp_path / "home")
