"""Which edits rebuild what: whatever can change a result counts, what asks or shows does not."""

import ast
import shutil

import pytest

from warehouse.engine import code_version as versions
from warehouse.settings import CHECKOUT


def modules_used(path):
    """Names of every module a file imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    "left_out", [versions.ASKS_AND_SHOWS, (*versions.ASKS_AND_SHOWS, *versions.DRAWS)]
)
def test_nothing_that_counts_uses_a_module_that_is_left_out(left_out):
    for pattern in left_out:
        assert list(CHECKOUT.glob(pattern)), pattern
    counted = versions.code_files(*left_out)
    names = {
        ".".join(path.relative_to(CHECKOUT).with_suffix("").parts)
        for pattern in left_out
        for path in CHECKOUT.glob(pattern)
    }
    users = {
        f"{path.relative_to(CHECKOUT)} uses {name}"
        for path in counted
        if path.suffix == ".py"
        for name in names.intersection(modules_used(path))
    }
    assert users == set()


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A copy of the code that may be edited."""
    for folder in versions.CODE:
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    monkeypatch.setattr(versions, "CHECKOUT", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("edited", "rebuilds", "republishes"),
    [
        ("warehouse/commands/main.py", False, False),
        ("warehouse/identity/explain.py", False, False),
        ("warehouse/report/write.py", False, True),
        ("warehouse/identity/rules.py", True, True),
        ("warehouse/a_new_module.py", True, True),
        ("ml/fit.py", True, True),
        ("dbt/models/customer/dim_customer.sql", True, True),
    ],
)
def test_an_edit_rebuilds_what_it_can_change_and_nothing_else(
    checkout, edited, rebuilds, republishes
):
    def both():
        return versions.code_version(), versions.code_version(*versions.ASKS_AND_SHOWS)

    before = both()
    path = checkout / edited
    path.write_text((path.read_text() if path.exists() else "") + "\n# edited\n")
    after = both()
    assert (before[0] != after[0], before[1] != after[1]) == (rebuilds, republishes)
