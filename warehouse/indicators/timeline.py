"""Formulas over time: every indicator compiled for every stretch of days without a change.

The compiler knows no dates. It compiles all definitions that held together, once per stretch, so
units, kinds and circles are checked for each; what becomes of an indicator is then a `case` over
the snapshot's day. What does not belong here: which days a definition held (versions.py).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from warehouse.errors import RapportError
from warehouse.indicators.algebra import Compiled, FormulaError
from warehouse.indicators.formula import Compiler, Indicator
from warehouse.indicators.versions import ALWAYS, Version, on


@dataclass(frozen=True)
class Piece:
    """An indicator as it was up to a day, that day left out."""

    valid_to: date
    made: Compiled
    formula_row: str | None
    """SQL of its formula for one row, where it has one."""


def compiled_in_time(
    known: Mapping[str, Indicator], history: Mapping[str, Sequence[Version]]
) -> dict[str, list[Piece]]:
    """Every indicator in pieces, oldest first; one piece where nothing ever changed.

    Raises:
        RapportError: RP-3020 naming the indicator whose formula does not hold, and since when.
    """
    ends = sorted({version.valid_to for found in history.values() for version in found})
    pieces: dict[str, list[Piece]] = {name: [] for name in known}
    begin = ALWAYS
    for end in ends:
        then = {name: replace(one, formula=on(history[name], begin).formula)
                for name, one in known.items()}  # fmt: skip
        compiler = Compiler(then)
        for name, found in pieces.items():
            _append(found, _piece(compiler, then[name], end, begin), name)
        begin = end
    return pieces


def by_date(pieces: Sequence[Piece], text: Callable[[Piece], str | None], day: str) -> str | None:
    """SQL of an indicator on a day (a column), or None where one of its pieces has none."""
    texts = [text(piece) for piece in pieces]
    if None in texts or len(set(texts)) == 1:
        return texts[0] if len(set(texts)) == 1 else None
    whens = [
        f"when {day} < date '{piece.valid_to}' then {sql}"
        for piece, sql in zip(pieces[:-1], texts[:-1], strict=True)
    ]
    return f"case {' '.join(whens)} else {texts[-1]} end"


def _piece(compiler: Compiler, declared: Indicator, end: date, begin: date) -> Piece:
    try:
        made = compiler.indicator(declared.name)
        if made.grain != declared.grain:
            raise FormulaError(f"is per {declared.grain}, its formula per {made.grain}")
        formula = compiler.formula(declared.formula).row if declared.formula else None
    except FormulaError as error:
        since = {"since": begin} if begin > ALWAYS else {}
        raise RapportError(
            "RP-3020", indicator=declared.name, problem=str(error), **since
        ) from None
    return Piece(end, made, formula)


def _append(found: list[Piece], piece: Piece, name: str) -> None:
    """Add a piece, or make the last one longer when it says the same."""
    if found and replace(found[-1], valid_to=piece.valid_to) == piece:
        found[-1] = piece
        return
    if found:
        old, new = found[-1].made, piece.made
        if (old.unit, old.kind) != (new.unit, new.kind):
            problem = f"is {old.kind} in {old.unit} before, {new.kind} in {new.unit} after"
            raise RapportError("RP-3020", indicator=name, problem=problem, since=found[-1].valid_to)
    found.append(piece)
