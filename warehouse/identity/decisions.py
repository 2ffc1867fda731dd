"""People's decisions: split, merge, pin, take back, accept. Checked, then events of the ledger.

A decision takes effect at the next run and holds whatever is delivered later, until it is taken
back or a later one says otherwise. What does not belong here: carrying decisions out
(`overrides`, `components`).
"""

import os
import pwd
import re
from collections.abc import Sequence

from warehouse.errors import RapportError
from warehouse.identity import changes, overrides, report
from warehouse.identity.lookup import (
    Record,
    latest_identifiers,
    parties,
    record_named,
    records_of,
)
from warehouse.ledger import Ledger
from warehouse.normalise import normalise
from warehouse.settings import Settings

LONGEST_REASON = 200
NOT_PLAIN = re.compile(r"[0-9０-９]{5,}|@")
"""Digits in a row are a phone or a document, the sign is an address."""


def split(settings: Settings, key: str, names: Sequence[str], reason: str) -> int:
    """Say that some records of a customer are somebody else; returns the event's number."""
    whole = _current(settings, key)
    away = [record_named(settings, name) for name in names]
    if any(record not in whole for record in away):
        raise RapportError("RP-3102", key=key, records=len(away))
    stay = [record for record in whole if record not in away]
    if not away or not stay:
        raise RapportError("RP-3103", key=key, records=len(whole))
    return _decide(settings, overrides.SPLIT, key, away, stay, reason)


def merge(settings: Settings, key: str, other: str, reason: str) -> int:
    """Say that two customers are one."""
    left, right = _current(settings, key), _current(settings, other)
    if key == other:
        raise RapportError("RP-3108", key=key)
    _check_parties(settings, [*left, *right])
    return _decide(settings, overrides.MERGE, key, left, right, reason)


def pin(settings: Settings, name: str, key: str, reason: str) -> int:
    """Say whose record it is; its own evidence counts no more."""
    record, whole = record_named(settings, name), _current(settings, key)
    _check_parties(settings, [record, *whole])
    return _decide(settings, overrides.PIN, key, [record], whole, reason)


def undo(settings: Settings, sequence: int, reason: str) -> int:
    """Take a decision back."""
    if sequence not in {override.sequence for override in overrides.overrides(settings)}:
        raise RapportError("RP-3107", event=sequence)
    _check_reason(settings, reason, [])
    return _append(settings, overrides.UNDO, str(sequence), {"event": sequence}, reason)


def accept(settings: Settings, change_set: str, reason: str) -> int:
    """Let exactly this set of changes pass, the one a run stopped at and reported."""
    reported = report.read(settings)
    if not reported or reported["change_set"] != change_set:
        raise RapportError("RP-3106", change_set=change_set)
    _check_reason(settings, reason, [])
    detail = {"customers": reported["customers"], "changes": len(reported["changes"])}
    return _append(settings, changes.ACCEPTED, change_set, detail, reason)


def _current(settings: Settings, key: str) -> list[Record]:
    """The records a customer has now, the one that lends the key first."""
    found = [record for record in records_of(settings, key) if record.is_current]
    if not found:
        raise RapportError("RP-3101", key=key)
    return sorted(found, key=lambda record: record.record_key != key)


def _decide(
    settings: Settings,
    action: str,
    key: str,
    left: list[Record],
    right: list[Record],
    reason: str,
) -> int:
    _check_reason(settings, reason, [*left, *right])
    detail = {
        "action": action,
        "left": [record.record_key for record in left],
        "right": [record.record_key for record in right],
    }
    return _append(settings, overrides.OVERRIDE, key, detail, reason)


def _append(settings: Settings, kind: str, subject: str, detail: dict, reason: str) -> int:
    who = pwd.getpwuid(os.getuid()).pw_name
    ledger = Ledger(settings.ledger_file)
    ledger.append_event(kind, subject, detail | {"who": who, "reason": reason})
    sequence = ledger.events(kind)[-1].sequence
    ledger.close()
    return sequence


def _check_reason(settings: Settings, reason: str, records: list[Record]) -> None:
    """A reason goes into the ledger, so it must not hold what identifies anyone concerned."""
    known = latest_identifiers(settings, records).values()
    folded = {(part, value) for parts in known for part, value in parts.items()}
    if (
        not reason.strip()
        or len(reason) > LONGEST_REASON
        or NOT_PLAIN.search(reason)
        or any(value in normalise(part, reason) for part, value in folded if len(value or "") > 1)
    ):
        raise RapportError("RP-3105", characters=len(reason))


def _check_parties(settings: Settings, records: list[Record]) -> None:
    """Refuse what the next run would have to pass over."""
    if len(parties(settings, records)) > 1:
        raise RapportError("RP-3104", records=len(records))
