"""Definitions in time: which version of an indicator held on which days.

A changed formula does not change the past: the newest version stands in the declaration with its
`valid_from`, older ones stand in `earlier`, each with the day it ended (`valid_to`, exclusive).
    {{ composite(801005212, 'unpaid_yuan_365d', 'billed_yuan_365d - paid_yuan_365d', ...,
        valid_from='2026-07-01', earlier=[
            {'valid_to': '2026-07-01', 'formula': 'billed_yuan_365d', 'reason': 'payments ignored'},
        ]) }}
What does not belong here: SQL, units (formula.py), who decided to restate the past (restating.py).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from warehouse.errors import RapportError

ALWAYS, FOREVER = date(1900, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True)
class Version:
    """One definition and the days it held on; `valid_to` is the first day it held no more."""

    valid_from: date = ALWAYS
    valid_to: date = FOREVER
    formula: str | None = None


def versions(
    name: str, formula: str | None, valid_from: str | None, earlier: Sequence[Mapping[str, str]]
) -> tuple[Version, ...]:
    """The definitions of an indicator, oldest first; together they cover every day once.

    Raises:
        RapportError: RP-3021 when two hold on one day, on some day none, or a date is no date.
    """
    spans = [(old.get("valid_from"), old.get("valid_to"), old.get("formula")) for old in earlier]
    spans.append((valid_from, None, formula))
    try:
        found = [
            Version(_day(first, ALWAYS), _day(end, FOREVER), text) for first, end, text in spans
        ]
    except ValueError:
        raise RapportError("RP-3021", indicator=name, problem="not a date") from None
    if found[0].valid_from != ALWAYS:
        raise RapportError("RP-3021", indicator=name, gap_before=found[0].valid_from)
    for older, newer in pairwise(found):
        if older.valid_to < newer.valid_from:
            raise RapportError("RP-3021", indicator=name, gap_from=older.valid_to)
        if older.valid_to > newer.valid_from or older.valid_from >= older.valid_to:
            raise RapportError("RP-3021", indicator=name, overlap_from=newer.valid_from)
    return tuple(found)


def opened(known: Sequence[Version], restated_from: date) -> tuple[Version, ...]:
    """The versions when the one in force on a day is held to have been in force always."""
    [first, *later] = [version for version in known if version.valid_to > restated_from]
    return (Version(ALWAYS, first.valid_to, first.formula), *later)


def on(known: Iterable[Version], day: date) -> Version:
    """The version in force on a day."""
    return next(version for version in known if version.valid_from <= day < version.valid_to)


def _day(text: str | None, otherwise: date) -> date:
    return date.fromisoformat(text) if text else otherwise
