"""Restating the past: from then on a version of a definition holds for the days before it, too.

Somebody decides it (`rapport run --definitions newest`) and may take it back (`--definitions
dated`); both are events in the ledger, so that marts stay a function of files, code and decisions.
What does not belong here: the versions themselves (versions.py).
"""

from collections.abc import Mapping, Sequence
from datetime import date

from warehouse.indicators.versions import ALWAYS, Version, on
from warehouse.ledger import Ledger
from warehouse.settings import Settings

KIND = "definition_restated"
"""The ledger's event: subject is the indicator, detail the day its version begins, or nothing."""


def restated(settings: Settings) -> dict[str, date]:
    """Indicators whose past was restated, each with the day its restated version begins."""
    if not settings.ledger_file.exists():
        return {}
    ledger = Ledger(settings.ledger_file)
    decided = {event.subject: event.detail.get("valid_from") for event in ledger.events(KIND)}
    ledger.close()
    return {name: date.fromisoformat(day) for name, day in sorted(decided.items()) if day}


def restate(settings: Settings, known: Mapping[str, Sequence[Version]], as_of: date) -> list[str]:
    """Decide that the versions in force on a day held always; takes effect with the next run.

    Returns:
        Names of the indicators whose past this changes.
    """
    wanted = {name: on(entries, as_of).valid_from for name, entries in known.items()}
    changed = {
        name: {"valid_from": day.isoformat()} for name, day in wanted.items() if day > ALWAYS
    }
    return _decide(settings, changed)


def withdraw(settings: Settings) -> list[str]:
    """Take every restatement back: each day has the definition of that day again."""
    return _decide(settings, {name: {} for name in restated(settings)})


def _decide(settings: Settings, wanted: Mapping[str, dict[str, str]]) -> list[str]:
    """Note what is not decided so already."""
    held = {name: {"valid_from": day.isoformat()} for name, day in restated(settings).items()}
    new = {name: detail for name, detail in wanted.items() if detail != held.get(name, {})}
    ledger = Ledger(settings.ledger_file)
    ledger.append_events((KIND, name, detail) for name, detail in sorted(new.items()))
    ledger.close()
    return sorted(new)
