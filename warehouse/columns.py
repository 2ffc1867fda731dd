"""From a declared column to SQL: how it is read, what it becomes, when it breaks the contract.

The same expressions serve both ways of reading, typed (fast) and as text (when something is wrong),
so that the two never disagree about a good row. What does not belong here: files, running SQL.
"""

import re
from dataclasses import dataclass

from warehouse.contract import Column, TableContract

TRUE = ("true", "t", "1", "y", "yes", "是")
FALSE = ("false", "f", "0", "n", "no", "否")


@dataclass(frozen=True)
class Expression:
    """One column in SQL: its value from the reader's column, and the rules a row may break."""

    name: str
    read_type: str
    value: str
    rules: tuple[tuple[str, str], ...]
    """Pairs of reason code and condition; a condition is never null."""


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def read_type(column: Column) -> str:
    """The type the parser reads: wide enough to see that a value would not fit unchanged.

    A cast from text rounds 1.005 to a decimal and 12.5 to an integer without a word; three more
    places make that visible.
    """
    if column.data_type in ("varchar", "boolean") or column.date_format:
        return "varchar"
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", column.data_type):
        return f"decimal({int(found[1]) + 3},{int(found[2]) + 3})"
    if column.data_type == "timestamp":
        return "timestamptz"  # without an offset it is local time of the session, which we set
    return {"integer": "decimal(18,3)", "bigint": "decimal(18,3)"}.get(
        column.data_type, column.data_type
    )


def expression(column: Column, contract: TableContract, raw: str | None, typed: bool) -> Expression:
    """Describe one column; `raw` is the reader's column, None when the file has no such column."""
    reads = read_type(column)
    if raw is None:
        source = present = f"cast(null as {reads})"
    else:
        present = raw if typed and reads != "varchar" else f"nullif(trim({raw}), '')"
        source = raw if typed or reads == "varchar" else f"try_cast({present} as {reads})"
    value = _value(column, source)
    rules = []
    if column.data_type != "varchar":
        rules.append(("RP-1101", f"({present} is not null and {value} is null)"))
    if column.required or column.name in (*contract.key, contract.event):
        rules.append(("RP-1102", f"({present} is null)"))
    if column.accepted:
        words = ", ".join(quoted(word) for word in column.accepted)
        rules.append(("RP-1103", f"coalesce({value} not in ({words}), false)"))
    return Expression(column.name, reads, value, tuple(rules))


def _value(column: Column, source: str) -> str:
    kind = column.data_type
    if kind == "varchar":
        return f"nullif({source}, '')"
    if kind == "boolean":
        words = f"lower(trim({source}))"
        yes, no = (", ".join(quoted(word) for word in some) for some in (TRUE, FALSE))
        return f"(case when {words} in ({yes}) then true when {words} in ({no}) then false end)"
    if column.date_format:
        parsed = f"try_strptime(trim({source}), {quoted(column.date_format)})"
        if kind == "date":
            return f"cast({parsed} as date)"
        return f"timezone('UTC', cast({parsed} as timestamptz))"
    if kind == "timestamp":
        return f"(case when isfinite({source}) then timezone('UTC', {source}) end)"
    if kind in ("date", "double"):
        return f"(case when isfinite({source}) then {source} end)"
    if kind in ("integer", "bigint"):
        return f"(case when {source} = trunc({source}) then try_cast({source} as {kind}) end)"
    places = int(kind.rstrip(")").split(",")[1])
    return f"(case when {source} = round({source}, {places}) then try_cast({source} as {kind}) end)"


def event_date(contract: TableContract) -> str:
    """The local business day of the event column, computed from the final (UTC) value."""
    if not contract.event:
        return "cast(null as date)"
    column = next(column for column in contract.columns if column.name == contract.event)
    if column.data_type == "date":
        return column.name
    zone = quoted(contract.business_timezone)
    return f"cast(timezone({zone}, timezone('UTC', {column.name})) as date)"
