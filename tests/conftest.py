"""Spreads the suite over two workers: a file stays together, and so do all end-to-end tests.

Those share one reference installation that costs a whole run to make.
"""

from pathlib import Path

import pytest

SHARED = {"end_to_end"}


@pytest.hookimpl(tryfirst=True)  # before the plugin that reads the marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Name the group of every test for `--dist loadgroup`; the longest group starts first."""
    for item in items:
        path = Path(item.path)
        group = path.parent.name if path.parent.name in SHARED else path.name
        item.add_marker(pytest.mark.xdist_group(group))
    items.sort(key=lambda item: Path(item.path).parent.name not in SHARED)
