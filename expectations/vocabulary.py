"""The words gates are declared in: a suite per table, a check per line.

A check says which Great Expectations rule it is and with which arguments, without importing the
library, so that declarations load in no time and read as a list. What does not belong here:
evaluation (engine.py), thresholds (the stage files).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

CRITICAL = "critical"
"""A failed check stops the run and keeps the last good generation in place."""
WARNING = "warning"
"""A failed check is shown and stops nothing."""


@dataclass(frozen=True)
class Check:
    """One expectation: `rule` is the name of its class in Great Expectations."""

    name: str
    rule: str
    arguments: Mapping[str, Any]
    says: str
    """The rule as a sentence, for the pages people read."""
    severity: str = CRITICAL
    why: str = ""
    expression: str = ""
    """SQL aggregate over the suite's relation, for a measure; empty for a rule on rows."""


@dataclass(frozen=True)
class Suite:
    """The checks on one table, or on the rows of any query over the tables of a stage."""

    table: str
    checks: tuple[Check, ...]
    relation: str


def suite(table: str, *checks: Check | Iterable[Check], relation: str = "") -> Suite:
    """Compose a suite; lists of checks are flattened. Without a relation it reads the table."""
    flat: list[Check] = []
    for item in checks:
        flat.extend([item] if isinstance(item, Check) else item)
    return Suite(table, tuple(flat), relation or f"select * from {table}")


def rows(at_least: int = 1, severity: str = CRITICAL, why: str = "") -> Check:
    """The relation has at least so many rows."""
    return Check(
        f"rows_at_least({at_least})",
        "ExpectTableRowCountToBeBetween",
        {"min_value": at_least},
        f"at least {at_least} row(s)",
        severity,
        why,
    )


def columns(names: Iterable[str]) -> Check:
    """The table has exactly these columns, in any order."""
    return Check(
        "columns_as_in_contract",
        "ExpectTableColumnsToMatchSet",
        {"column_set": sorted(names), "exact_match": True},
        "exactly the columns of its contract",
    )


def unique(*names: str) -> Check:
    """No two rows share the value of these columns."""
    shown = ", ".join(names)
    rule, arguments = "ExpectCompoundColumnsToBeUnique", {"column_list": list(names)}
    if len(names) == 1:
        rule, arguments = "ExpectColumnValuesToBeUnique", {"column": names[0]}
    return Check(f"unique({shown})", rule, arguments, f"no two rows share {shown}")


def not_null(*names: str) -> list[Check]:
    """Every row has a value in each of these columns."""
    return [
        Check(
            f"not_null({name})",
            "ExpectColumnValuesToNotBeNull",
            {"column": name},
            f"every row has {name}",
        )
        for name in names
    ]


def filled(name: str, mostly: float, severity: str = WARNING, why: str = "") -> Check:
    """At least the share `mostly` of the rows has a value."""
    arguments = {"column": name, "mostly": mostly}
    says = f"at least {mostly:.0%} of the rows have {name}"
    rule = "ExpectColumnValuesToNotBeNull"
    return Check(f"filled({name})", rule, arguments, says, severity, why)


def accepted(name: str, values: Iterable[str]) -> Check:
    """Only these values occur (or none)."""
    arguments = {"column": name, "value_set": list(values)}
    says = f"{name} is one of {', '.join(arguments['value_set'])}"
    return Check(f"accepted({name})", "ExpectColumnValuesToBeInSet", arguments, says)


def within(
    name: str,
    at_least: float | None = None,
    at_most: float | None = None,
    severity: str = CRITICAL,
    why: str = "",
) -> Check:
    """Every value lies between two bounds, both included."""
    arguments = {"column": name} | _bounds(at_least, at_most)
    says = f"{name} {_range(at_least, at_most)} in every row"
    rule = "ExpectColumnValuesToBeBetween"
    return Check(f"within({name})", rule, arguments, says, severity, why)


def measure(
    name: str,
    expression: str,
    at_least: float | None = None,
    at_most: float | None = None,
    severity: str = CRITICAL,
    why: str = "",
) -> Check:
    """One number about the whole relation (a count, share or ratio) lies between two bounds.

    No value at all fails. The number is kept in the result, so it must never be a cell's value:
    no bare `min`, `max` or `any_value` of a column.
    """
    arguments = {"column": name} | _bounds(at_least, at_most)
    says = f"{name.replace('_', ' ')} {_range(at_least, at_most)}"
    return Check(name, "ExpectColumnSumToBeBetween", arguments, says, severity, why, expression)


def none(name: str, condition: str, severity: str = CRITICAL, why: str = "") -> Check:
    """No row fulfils a condition."""
    expression = f"count(*) filter (where {condition})"
    return measure(name, expression, at_most=0, severity=severity, why=why)


def _bounds(at_least: float | None, at_most: float | None) -> dict[str, float]:
    given = {"min_value": at_least, "max_value": at_most}
    return {name: value for name, value in given.items() if value is not None}


def _range(at_least: float | None, at_most: float | None) -> str:
    if at_least is not None and at_most is not None:
        return f"is {at_least:g}" if at_least == at_most else f"lies in {at_least:g} to {at_most:g}"
    return f"is at least {at_least:g}" if at_most is None else f"is at most {at_most:g}"
