"""From a declared column to SQL: what it becomes and when a row breaks the contract.

The same expressions serve both ways of reading, typed (fast) and as text (when something is wrong),
so that the two never disagree about a good row. What does not belong here: files, running SQL, how
values are spelt (`spelling`) and which times can be true (`times`).
"""

from dataclasses import dataclass
from datetime import date

from warehouse.contract import Column, TableContract
from warehouse.intake import times
from warehouse.intake.spelling import ambiguous, read_type, source
from warehouse.literals import quoted

MANGLED = r"[0-9](\.[0-9]+)?E\+[0-9]{2,}"
"""What a spreadsheet makes of a long number: most of its digits are gone."""


@dataclass(frozen=True)
class Expression:
    """One column in SQL."""

    name: str
    steps: tuple[str, str, str]
    """What the file holds, the value of the declared type, whether it stands in for "unknown".

    Each is computed once and is called by its place in `step_names` in what comes after it.
    """
    value: str
    rules: tuple[tuple[str, str], ...] = ()
    """Pairs of reason code and condition; a condition is never null."""
    has_sentinel: bool = False

    @property
    def step_names(self) -> tuple[str, str, str]:
        """What the steps are called."""
        return f"held_{self.name}", f"plain_{self.name}", f"is_sentinel_{self.name}"


def expression(
    column: Column, contract: TableContract, raw: str | None, typed: bool, latest: date
) -> Expression:
    """Describe one column; `raw` is the reader's column, None when the file has no such column.

    `latest` is the last day on which something in the file can have happened.
    """
    if raw is None:
        nothing = f"cast(null as {column.data_type})"
        return Expression(column.name, (nothing, nothing, "false"), nothing)
    is_text = not typed or read_type(column) == "varchar"
    present = f"nullif(trim({raw}), '')" if is_text else raw
    held, plain, is_sentinel = Expression(column.name, ("", "", ""), "").step_names
    value, sentinel, rules = plain, "", []
    unread = f"{present} is not null and {plain} is null"
    if column.data_type in times.TYPES:
        sentinel = times.is_sentinel(column, contract, plain, present if is_text else None)
        unread += f" and not {is_sentinel}"
        if len(column.date_formats) > 1:
            rules.append(("RP-1108", ambiguous(column, raw)))
        if not column.may_be_future:
            after = times.is_after(contract, column, plain, latest)
            rules.append(("RP-1106", f"({after} and not {is_sentinel})"))
        value = f"(case when not {is_sentinel} then {plain} end)"
    if column.data_type != "varchar":
        rules.append(("RP-1101", f"({unread})"))
    elif is_identifier(column, contract):
        mangled = f"regexp_full_match(trim({raw}), {quoted(MANGLED)})"
        rules.append(
            ("RP-1107", f"(case when contains({raw}, 'E+') then {mangled} else false end)")
        )
    if column.required or column.name in (*contract.key, contract.event):
        rules.append(("RP-1102", _is_blank(raw) if is_text else f"({raw} is null)"))
        if sentinel:
            rules.append(("RP-1109", is_sentinel))
    if column.accepted:
        words = ", ".join(quoted(word) for word in column.accepted)
        rules.append(("RP-1103", f"coalesce({value} not in ({words}), false)"))
    steps = (source(column, raw, typed), _plain_value(column, held, not typed), sentinel or "false")
    return Expression(column.name, steps, value, tuple(rules), bool(sentinel))


def _is_blank(raw: str) -> str:
    """Whether a text is empty or spaces; nearly all are not, which their first letter tells."""
    return f"(case when {raw} >= '!' then false else coalesce(trim({raw}) = '', true) end)"


def is_identifier(column: Column, contract: TableContract) -> bool:
    """Whether a spreadsheet's scientific notation in this column is a lost number."""
    is_number_of = column.name.endswith("_id") or column.name in contract.key
    return is_number_of or column.kind in ("phone", "id_number")


def _plain_value(column: Column, held: str, is_blank_possible: bool) -> str:
    """The value of the declared type, null where it would not fit unchanged."""
    kind = column.data_type
    if kind == "varchar":
        return f"nullif({held}, '')" if is_blank_possible else held
    if kind == "boolean":
        return held
    if kind == "timestamp":
        return (
            f"make_timestamp(epoch_us({held}))"  # UTC, null for infinity; 25 x as fast as timezone
        )
    if kind in ("date", "double"):
        return f"(case when isfinite({held}) then {held} end)"
    if kind in ("integer", "bigint"):
        return f"(case when {held} = trunc({held}) then try_cast({held} as {kind}) end)"
    places = int(kind.rstrip(")").split(",")[1])
    return f"(case when {held} = round({held}, {places}) then try_cast({held} as {kind}) end)"
