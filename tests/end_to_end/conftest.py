"""The worlds and the reference run that end-to-end tests share.

One small world is written once; one installation takes it in once. A test that changes anything
works on a copy. What does not belong here: assertions.
"""

from datetime import date

import pytest

from simulator.write import write_world
from tests.end_to_end.installation import Installation

CUSTOMERS = 2000
"""Enough outcomes for both models to be fitted, few enough for a run in seconds."""
START, MONTHS, DAYS = date(2026, 5, 1), 6, 3
HISTORY_END, AS_OF = date(2026, 10, 31), date(2026, 11, 3)


@pytest.fixture(scope="session")
def world(tmp_path_factory):
    """Exports of a small world: six months of history and three daily deliveries."""
    folder = tmp_path_factory.mktemp("world")
    write_world(
        folder / "landing",
        folder / "truth",
        customers=CUSTOMERS,
        seed=11,
        start=START,
        months=MONTHS,
        days=DAYS,
    )
    return folder


@pytest.fixture(scope="session")
def reference(world, tmp_path_factory):
    """An installation that took in the whole world in one run. Not to be changed: copy it."""
    installation = Installation(tmp_path_factory.mktemp("reference"))
    installation.deliver(world / "landing")
    ended = installation.run()
    assert ended.is_green, ended.lines
    return installation


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
