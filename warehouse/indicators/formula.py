"""Formulas of indicators: checked, and compiled to SQL for one row and for any group of rows.

A formula is arithmetic over indicators by name or nine-digit code and plain numbers, with
`or_zero(x)` where unknown shall count as nothing:
    billed_yuan_90d / active_services_count
    301001209 - or_zero(refund_yuan_365d) * 0.25
In a group every amount is summed first, over the rows where the whole formula is known, and the
arithmetic is done on the sums: a ratio is recomputed and never averaged. What does not belong here:
where indicators are declared (registry.py).
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass

from warehouse.indicators import units

TOTALS = {"additive", "semi_additive", "flag"}
"""Kinds that may be summed over customers."""
PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


class FormulaError(ValueError):
    """A formula that means nothing; the message names what does not go together."""


@dataclass(frozen=True)
class Indicator:
    """What a formula has to know of an indicator."""

    code: int
    name: str
    unit: str | None
    kind: str | None
    grain: str = "customer"
    formula: str | None = None
    """What it is made of; NULL for what is computed from facts."""
    is_stored: bool = True
    """Whether a column holds it; otherwise its formula takes its place."""


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


class Compiler:
    """Compiles the formulas of a set of indicators, each once."""

    def __init__(self, known: Mapping[str, Indicator]) -> None:
        """Take the indicators by name; codes are looked up among them."""
        self._known = known
        self._names = {indicator.code: name for name, indicator in known.items()}
        self._done: dict[str, Compiled] = {}
        self._open: list[str] = []

    def indicator(self, name: str) -> Compiled:
        """An indicator as others may use it.

        Raises:
            FormulaError: when its formula or one below it does not hold.
        """
        if name in self._open:
            circle = [*self._open[self._open.index(name) :], name]
            raise FormulaError(f"goes in a circle: {' -> '.join(circle)}")
        if name not in self._done:
            self._open.append(name)
            self._done[name] = self._made(self._known[name])
            self._open.pop()
        return self._done[name]

    def formula(self, text: str) -> Compiled:
        """A formula, checked and compiled.

        Raises:
            FormulaError: saying what does not go together.
        """
        try:
            tree = ast.parse(text.strip(), mode="eval").body
        except SyntaxError:
            raise FormulaError(f"is no arithmetic: {text}") from None
        return self._compiled(tree)

    def _made(self, declared: Indicator) -> Compiled:
        """A stored one is its column; what it is made of counts where rows are put together."""
        made = self.formula(declared.formula) if declared.formula else None
        if made and declared.unit and units.powers(declared.unit) != units.powers(made.unit):
            raise FormulaError(f"is declared in {declared.unit}, its formula gives {made.unit}")
        if not declared.is_stored:
            if made is None:
                raise FormulaError("has neither a column nor a formula")
            return _renamed(made, declared)
        if declared.unit is None or declared.kind is None:
            raise FormulaError("is stored without a unit and a kind")
        if made and made.kind != declared.kind:
            raise FormulaError(f"is declared {declared.kind}, its formula is {made.kind}")
        itself, name = frozenset({declared.name}), declared.name
        summed = declared.kind in TOTALS
        return Compiled(
            unit=declared.unit,
            kind=declared.kind,
            grain=declared.grain,
            row=name,
            total=made.total if made else f"{{{name}}}" if summed else None,
            inputs=itself,
            needed=itself,
            parts=made.parts if made else itself if summed else frozenset(),
            needed_parts=made.needed_parts if made else itself if summed else frozenset(),
            text=name,
        )

    def _compiled(self, node: ast.expr) -> Compiled:
        if isinstance(node, ast.BinOp) and type(node.op) in SIGNS:
            left, right = self._compiled(node.left), self._compiled(node.right)
            return combined(SIGNS[type(node.op)], left, right)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return combined("*", _number(-1), self._compiled(node.operand))
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            if isinstance(node.value, int) and node.value >= 100_000_000:
                return self._named(self._names.get(node.value, str(node.value)))
            return _number(node.value)
        if _is_or_zero(node):
            return _or_zero(self._compiled(node.args[0]))
        raise FormulaError(f"cannot use `{ast.unparse(node)}`")

    def _named(self, name: str) -> Compiled:
        if name not in self._known:
            raise FormulaError(f"there is no indicator {name}")
        found = self.indicator(name)
        if found.unit == "tier":
            raise FormulaError(f"{name} is an order and cannot be calculated with")
        return found


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


def _number(value: float) -> Compiled:
    return Compiled(units.PURE, "number", None, str(value), str(value), text=str(value))


def _or_zero(part: Compiled) -> Compiled:
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


def _renamed(made: Compiled, declared: Indicator) -> Compiled:
    fields = {**made.__dict__, "unit": declared.unit or made.unit, "text": declared.name}
    return Compiled(**fields)


def _is_or_zero(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "or_zero"
        and len(node.args) == 1
        and not node.keywords
    )
