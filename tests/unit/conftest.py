"""What the tests of gates share: one healthy world a session, and a copy of it for each test.

What does not belong here: worlds of other subjects, which their own files make.
"""

import pytest
from gate_world import GateWorld


@pytest.fixture(scope="session")
def healthy(tmp_path_factory):
    return GateWorld(tmp_path_factory.mktemp("healthy"))


@pytest.fixture
def world(healthy, tmp_path):
    return healthy.copy(tmp_path / "home")
