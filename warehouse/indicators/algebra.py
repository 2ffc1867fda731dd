"""The arithmetic of compiled formulas: what may be joined with what, and the SQL that comes of it.

What does not belong here: reading a formula (formula.py), the units themselves (units.py).
"""

from dataclasses import dataclass

from warehouse.indicators import units

TOTALS = {"additive", "semi_additive", "flag"}
"""Kinds that may be summed over customers."""


class FormulaError(ValueError):
    """A formula that means nothing; the message names what does not go together."""


@dataclass(frozen=True)
class Compiled:
    """A formula that holds: its unit and kind, and its SQL."""

    unit: str
    kind: str
    grain: str | None
    row: str
    """For one row, of the columns of indicators."""
    total: str | None
    """For a group, with each summed column in braces; None where a sum would mean nothing."""
    inputs: frozenset[str] = frozenset()
    """Columns it reads."""
    needed: frozenset[str] = frozenset()
    """Columns without which it is unknown."""
    parts: frozenset[str] = frozenset()
    """Columns that are summed in a group."""
    needed_parts: frozenset[str] = frozenset()
    """Those of them without which a row does not count in a group."""
    text: str = ""

    def group(self) -> str | None:
        """SQL for a group: an aggregate over rows of the columns."""
        if self.total is None:
            return None
        known = " and ".join(f"{name} is not null" for name in sorted(self.needed_parts))
        only = f" filter (where {known})" if known else ""
        return self.total.format_map(
            {
                name: f"cast(sum(cast({name} as decimal(18, 6))){only} as double)"
                for name in self.parts
            }
        )


def combined(sign: str, left: Compiled, right: Compiled) -> Compiled:
    """Two parts joined by a sign.

    Raises:
        FormulaError: when their grains, their units or their kinds do not go together.
    """
    both = f"{_described(left)} {sign} {_described(right)}"
    if left.grain and right.grain and left.grain != right.grain:
        raise FormulaError(f"{both}: one per {left.grain}, the other per {right.grain}")
    if sign in "+-" and units.powers(left.unit) != units.powers(right.unit):
        raise FormulaError(f"{both}: different units")
    if sign == "*" and left.kind in TOTALS and right.kind in TOTALS:
        raise FormulaError(f"{both}: a product of two amounts has no total")
    if sign == "/" and right.row == "0":
        raise FormulaError(f"{both}: divides by zero")
    pattern = "({} / nullif({}, 0))" if sign == "/" else f"({{}} {sign} {{}})"
    totals = (left.total, right.total)
    return Compiled(
        unit=_unit(sign, left, right),
        kind=_kind(sign, left, right),
        grain=left.grain or right.grain,
        row=pattern.format(left.row, right.row),
        total=None if None in totals else pattern.format(*totals),
        inputs=left.inputs | right.inputs,
        needed=left.needed | right.needed,
        parts=left.parts | right.parts,
        needed_parts=left.needed_parts | right.needed_parts,
        text=f"({left.text} {sign} {right.text})",
    )


def _unit(sign: str, left: Compiled, right: Compiled) -> str:
    if sign in "+-" or (right.kind == "number" and sign in "*/"):
        return right.unit if left.kind == "number" else left.unit
    return (units.multiplied if sign == "*" else units.divided)(left.unit, right.unit)


def _kind(sign: str, left: Compiled, right: Compiled) -> str:
    kinds = {left.kind, right.kind} - {"number"}
    if not kinds:
        return "number"
    if kinds & {"level", "distinct"}:
        return "level"
    if "ratio" in kinds or (sign == "/" and right.kind != "number"):
        return "ratio"
    return "additive" if kinds == {"additive"} else "semi_additive"


def _described(part: Compiled) -> str:
    return part.text if part.kind == "number" else f"{part.text} [{part.unit}]"


def number(value: float) -> Compiled:
    """A plain number, of which nothing has to be known."""
    return Compiled(units.PURE, "number", None, str(value), str(value), text=str(value))


def or_zero(part: Compiled) -> Compiled:
    """Unknown as nothing: of no row is then too little known."""
    return Compiled(
        unit=part.unit,
        kind=part.kind,
        grain=part.grain,
        row=f"coalesce({part.row}, 0)",
        total=None if part.total is None else f"coalesce({part.total}, 0)",
        inputs=part.inputs,
        parts=part.parts,
        text=f"or_zero({part.text})",
    )
