"""The installation most tests of this folder deliver to, empty and new for each.

What does not belong here: what can be done with it (installation.py).
"""

import pytest
from installation import Installation, install


@pytest.fixture
def site(tmp_path) -> Installation:
    return install(tmp_path)
