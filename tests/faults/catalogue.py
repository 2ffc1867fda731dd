"""The catch matrix: what can go wrong with a delivery, from `catalogue.yml`, and whether it shows.

`make faults` runs this file: the tests of every row, then one line per row with its verdict. What
does not belong here: the rows (data, beside this file) and the tests.
"""

import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

TESTS = Path(__file__).resolve().parents[1]
LINE = "{:>3}  {:<62} {:<12}  {:<23}  {:<25}  {}"


@dataclass(frozen=True)
class Fault:
    """One row: a failure, what must happen, where that is decided and what shows it."""

    row: int
    failure: str
    verdict: str
    codes: tuple[str, ...]
    caught: str
    tests: tuple[str, ...]


def read_catalogue() -> list[Fault]:
    """Every row, in order."""
    text = Path(__file__).with_name("catalogue.yml").read_text(encoding="utf-8")
    rows = [
        Fault(**row | {"codes": tuple(row["codes"]), "tests": tuple(row["tests"])})
        for row in yaml.safe_load(text)
    ]
    return sorted(rows, key=lambda fault: fault.row)


class Outcomes:
    """Collects, per test without its parameters, whether every run of it passed."""

    def __init__(self) -> None:
        """Start with nothing seen."""
        self.seen: dict[str, list[str]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take one phase of one test; only its call says passed, any phase may say failed."""
        if report.when == "call" or report.outcome == "failed":
            name = report.nodeid.removeprefix("tests/").partition("[")[0]
            self.seen[name].append(report.outcome)

    def of(self, fault: Fault) -> str:
        """`ok` when every test of a row ran and passed."""
        found = [self.seen[test] for test in fault.tests]
        if not found or not all(found):
            return "no test"
        return "ok" if all(set(outcomes) == {"passed"} for outcomes in found) else "FAILED"


def main() -> int:
    """Run the tests of the catalogue and print the matrix."""
    faults, outcomes = read_catalogue(), Outcomes()
    folder = str(TESTS / "faults")
    elsewhere = {test for fault in faults for test in fault.tests if not test.startswith("faults/")}
    others = sorted(f"{TESTS}/{test}" for test in elsewhere)
    code = pytest.main(["-q", "--no-header", folder, *others], plugins=[outcomes])
    print(LINE.format("row", "failure", "verdict", "codes", "caught in", "shown"))
    for fault in faults:
        codes, shown = " ".join(fault.codes), outcomes.of(fault)
        print(LINE.format(fault.row, fault.failure, fault.verdict, codes, fault.caught, shown))
    missed = [fault.row for fault in faults if outcomes.of(fault) != "ok"]
    print(f"{len(faults) - len(missed)} of {len(faults)} rows shown")
    return int(code) or bool(missed)


if __name__ == "__main__":
    sys.exit(main())
