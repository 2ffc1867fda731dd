"""Ways a clerk, a converter or an old system damages a name, each under a code.

A damaged name is labelled on the answer sheet; names are damaged one by one, because few are. What
does not belong here: whose name is damaged (damage.py).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from simulator.glyphs import LOOKS_LIKE, OLD_FORM, SOUNDS_LIKE
from simulator.surnames import COMPOUND

Draw = Callable[[int], int]
"""A number below the given one."""


@dataclass(frozen=True)
class Damage:
    """One kind of damage."""

    code: str
    is_repaired_by_text: bool
    spoil: Callable[[str, bool, Draw], str | None]
    """From name and sex (true: female) to the damaged name; None where it cannot happen."""


def _replaced(name: str, at: int, text: str) -> str:
    return name[:at] + text + name[at + 1 :]


def _one_of(name: str, table: dict, draw: Draw) -> int | None:
    """Where one of the characters stands that the table knows."""
    places = [at for at, character in enumerate(name) if character in table]
    return places[draw(len(places))] if places else None


def _homophone(name: str, _: bool, draw: Draw) -> str | None:
    at = _one_of(name, SOUNDS_LIKE, draw)
    if at is None:
        return None
    others = SOUNDS_LIKE[name[at]]
    return _replaced(name, at, others[draw(len(others))])


def _glyph(name: str, _: bool, draw: Draw) -> str | None:
    at = _one_of(name, LOOKS_LIKE, draw)
    return None if at is None else _replaced(name, at, LOOKS_LIKE[name[at]])


def _traditional(name: str, _: bool, draw: Draw) -> str | None:
    written = "".join(OLD_FORM[c][0] if c in OLD_FORM else c for c in name)
    return written if written != name else None


def _debris(name: str, _: bool, draw: Draw) -> str | None:
    """What is left of a conversion that wrote the reading behind each character."""
    at = _one_of(name, OLD_FORM, draw)
    if at is None:
        return None
    old, reading = OLD_FORM[name[at]]
    return _replaced(name, at, f"{old}({reading})")


def _swapped(name: str, _: bool, draw: Draw) -> str:
    cut = 2 if name[:2] in COMPOUND else 1
    return name[cut:] + name[:cut]


def _symbol(name: str, _: bool, draw: Draw) -> str:
    at = 1 + draw(len(name))
    return name[:at] + "0123456789*?#@_/;xZ"[draw(19)] + name[at:]


def _replacement(name: str, _: bool, draw: Draw) -> str:
    return _replaced(name, draw(len(name)), "\ufffd")


def _title(name: str, is_female: bool, draw: Draw) -> str:
    return name + ("先生" if is_female else "女士")


ERRORS = (
    Damage("homophone", False, _homophone),
    Damage("glyph", False, _glyph),
    Damage("traditional", True, _traditional),
    Damage("swapped", False, _swapped),
    Damage("symbol", False, _symbol),
    Damage("replacement", False, _replacement),
    Damage("debris", True, _debris),
    Damage("title", False, _title),
)
MISHEARD = tuple(e for e in ERRORS if e.code in ("homophone", "glyph", "swapped"))
"""What a second clerk writes down for the same person."""


def spoiled(
    rng: np.random.Generator, name: str, is_female: bool, kinds: tuple[Damage, ...] = ERRORS
) -> tuple[Damage, str]:
    """Damage one name in a way that is possible for it."""
    for which in rng.permutation(len(kinds)):
        text = kinds[which].spoil(name, is_female, lambda below: int(rng.integers(0, below)))
        if text is not None and text != name:
            return kinds[which], text
    raise ValueError("no kind of damage fits")
