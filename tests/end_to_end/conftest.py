"""The worlds and the reference run that end-to-end tests share.

One small world is written once; one installation takes it in once, whichever test process comes
first. A test that changes anything works on a copy. What does not belong here: assertions.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from simulator.write import write_world
from tests.end_to_end.installation import Installation

CUSTOMERS = 2000
"""Enough outcomes for both models to be fitted, few enough for a run in seconds."""
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
    """Exports of a small world: six months of history and three daily deliveries."""

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

    return shared("world", fill)


@pytest.fixture(scope="session")
def reference(world, shared):
    """An installation that took in the whole world in one run. Not to be changed: copy it."""

    def fill(folder: Path) -> None:
        installation = Installation(folder)
        installation.deliver(world / "landing")
        ended = installation.run()
        assert ended.is_green, ended.lines

    return Installation(shared("reference", fill))


@pytest.fixture
def fresh(reference, tmp_path):
    """An empty installation with the reference's pseudonym key."""
    installation = Installation(tmp_path / "home")
    installation.take_key_of(reference)
    return installation


@pytest.fixture
def copy(reference, tmp_path):
    """The reference once more, free to be changed."""
    return reference.copy_to(tmp_path / "home")
