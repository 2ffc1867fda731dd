"""How a declared column is spelt in a file, as SQL: what the parser reads, what is cast from text.

Full-width digits mean what they say and are always folded; thousands separators, 万 and several
date formats only where the contract lists them. What does not belong here: judging the value.
"""

import re

from warehouse.contract import Column
from warehouse.literals import quoted

TRUE = ("true", "t", "1", "y", "yes", "是")
FALSE = ("false", "f", "0", "n", "no", "否")
FULL_WIDTH, HALF_WIDTH = "０１２３４５６７８９．－＋：／，", "0123456789.-+:/,"
GROUPED = r"[+-]?[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?万?"
"""1,234.50 but neither 12,5 nor 1,23,456."""


def read_type(column: Column) -> str:
    """The type the parser reads: wide enough to see that a value would not fit unchanged.

    A cast from text rounds 1.005 to a decimal and 12.5 to an integer without a word; three more
    places make that visible.
    """
    if column.data_type in ("varchar", "boolean") or column.date_formats or column.number_styles:
        return "varchar"
    if found := re.fullmatch(r"decimal\((\d+),(\d+)\)", column.data_type):
        return f"decimal({int(found[1]) + 3},{int(found[2]) + 3})"
    if column.data_type == "timestamp":
        return "timestamptz"  # without an offset it is local time of the session, which we set
    return {"integer": "decimal(18,3)", "bigint": "decimal(18,3)"}.get(
        column.data_type, column.data_type
    )


def source(column: Column, raw: str, typed: bool) -> str:
    """What a column holds before it is judged; null where it cannot be read."""
    kind = column.data_type
    if kind == "varchar" or (typed and read_type(column) != "varchar"):
        return raw
    if kind == "boolean":
        words = f"lower(trim({raw}))"
        yes, no = (", ".join(quoted(word) for word in some) for some in (TRUE, FALSE))
        return f"(case when {words} in ({yes}) then true when {words} in ({no}) then false end)"
    text = folded(raw)
    if column.date_formats:
        formats = ", ".join(quoted(each) for each in column.date_formats)
        parsed = f"try_strptime({text}, [{formats}])"
        return f"cast({parsed} as {'date' if kind == 'date' else 'timestamptz'})"
    if column.number_styles:
        return _number(column, text)
    return f"try_cast({text} as {read_type(column)})"


def ambiguous(column: Column, raw: str) -> str:
    """Condition, never null, that a text is two different times in the formats of the contract."""
    parsed = [f"try_strptime({folded(raw)}, {quoted(each)})" for each in column.date_formats]
    several = f"least({', '.join(parsed)}) <> greatest({', '.join(parsed)})"
    return f"coalesce({several}, false)"


def folded(raw: str) -> str:
    """Trimmed text with half-width digits, null when blank.

    Text of as many bytes as letters holds no full-width one; translating takes a microsecond.
    """
    half = f"translate({raw}, '{FULL_WIDTH}', '{HALF_WIDTH}')"
    half = f"(case when strlen({raw}) = length({raw}) then {raw} else {half} end)"
    return f"nullif(trim({half}), '')"


def _number(column: Column, text: str) -> str:
    """A number in any of the styles the contract lists, exact."""
    if "grouped" in column.number_styles:
        plain = f"regexp_full_match({text}, '{GROUPED}')"
        text = f"(case when {plain} then replace({text}, ',', '') else {text} end)"
    number = f"try_cast({text} as decimal(28,9))"
    if "wan" in column.number_styles:
        counted = f"try_cast(left({text}, -1) as decimal(28,9)) * 10000"
        number = f"(case when ends_with({text}, '万') then {counted} else {number} end)"
    return f"cast({number} as double)" if column.data_type == "double" else number
