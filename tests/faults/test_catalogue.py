"""The catalogue of failures tells the truth: its tests, codes and modules exist, no row is missing.

What does not belong here: running the tests it names, which `make faults` does.
"""

import ast

import pytest
from catalogue import TESTS, Fault, read_catalogue

from warehouse.errors import CATALOGUE

ROWS = {*range(1, 31), *range(44, 50)}
VERDICTS = {
    "waits",
    "no effect",
    "as data",
    "counted",
    "refuses row",
    "refuses file",
    "stops",
    "warns",
}


def test_no_row_is_missing_or_given_twice():
    rows = [fault.row for fault in read_catalogue()]
    assert sorted(rows) == sorted(ROWS)


@pytest.mark.parametrize("fault", read_catalogue(), ids=lambda fault: f"row_{fault.row}")
def test_a_row_names_tests_codes_and_a_place_that_exist(fault: Fault):
    assert fault.verdict in VERDICTS
    assert set(fault.codes) <= set(CATALOGUE)
    assert not fault.caught or (TESTS.parent / fault.caught).is_file()
    for test in fault.tests:
        file, _, name = test.partition("::")
        tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}, test
    assert fault.tests and fault.caught


def test_every_code_about_files_and_rows_is_the_verdict_of_some_row():
    used = {code for fault in read_catalogue() for code in fault.codes}
    assert {code for code in CATALOGUE if code.startswith("RP-1")} <= used
