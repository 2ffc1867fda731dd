"""Formulas of indicators: checked, and compiled to SQL for one row and for any group of rows.

A formula is arithmetic over indicators by name or nine-digit code and plain numbers, with
`or_zero(x)` where unknown shall count as nothing:
    billed_yuan_90d / active_services_count
    301001209 - or_zero(refund_yuan_365d) * 0.25
In a group every amount is summed first, over the rows where the whole formula is known, and the
arithmetic is done on the sums: a ratio is recomputed and never averaged. What does not belong here:
what goes together (algebra.py), where indicators are declared (registry.py).
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from warehouse.indicators import units
from warehouse.indicators.algebra import TOTALS, Compiled, FormulaError, combined, number, or_zero

PLAIN_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


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
            return replace(made, unit=declared.unit or made.unit, text=declared.name)
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
            return combined("*", number(-1), self._compiled(node.operand))
        if isinstance(node, ast.Name):
            return self._named(node.id)
        if isinstance(node, ast.Constant) and type(node.value) in (int, float):
            if isinstance(node.value, int) and node.value >= 100_000_000:
                return self._named(self._names.get(node.value, str(node.value)))
            return number(node.value)
        if _is_or_zero(node):
            return or_zero(self._compiled(node.args[0]))
        raise FormulaError(f"cannot use `{ast.unparse(node)}`")

    def _named(self, name: str) -> Compiled:
        if name not in self._known:
            raise FormulaError(f"there is no indicator {name}")
        found = self.indicator(name)
        if found.unit == "tier":
            raise FormulaError(f"{name} is an order and cannot be calculated with")
        return found


def _is_or_zero(node: ast.expr) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "or_zero"
        and len(node.args) == 1
        and not node.keywords
    )
