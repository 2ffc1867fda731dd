"""What a publication says anew about days that were published before, and why.

Compares the files that stood when the last generation was published with those that stand now; both
are read from the ledger's history, so that a version that came and went in between counts for
nothing. What does not belong here: rebuilding (versions in `audit` decide that), the accounting.
"""

import logging
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from warehouse.errors import RapportError
from warehouse.identity.changes import MERGE, MOVE, RENAME, SPLIT
from warehouse.ledger import Event, Ledger
from warehouse.ledger.files import FileRecord
from warehouse.settings import Settings

log = logging.getLogger("rapport")

KIND, PUBLISHED = "restatement", "published"
FILE_EVENTS = ("loaded", "superseded", "quarantined")


@dataclass(frozen=True)
class Restatement:
    """One file (or set of changes of identity) that changes what was published."""

    source: str
    table: str
    business_date: date
    file_id: str
    reason: str
    late_by_days: int
    days: tuple[str, ...]
    """Local days of events that are rebuilt, as ranges; none for tables without events."""
    is_closed: bool
    """Whether a day lies in a month that is closed."""
    replaced_file_id: str | None = None


@dataclass(frozen=True)
class Standing:
    """A file whose rows count: how it was read and which days it holds rows of."""

    recipe: str
    days: tuple[str, ...]


def since_last(ledger: Ledger, settings: Settings, as_of: date) -> list[Restatement]:
    """What publishing now would restate; nothing before the first publication."""
    earlier = [found.as_of for found in ledger.generations() if found.state == PUBLISHED]
    if not earlier:
        return []
    last = [e for e in ledger.events("generation") if e.detail.get("state") == PUBLISHED][-1]
    events = ledger.events(*FILE_EVENTS)
    before = standing(event for event in events if event.sequence < last.sequence)
    after = standing(events)
    reread = {e.subject for e in events if e.sequence > last.sequence and e.detail.get("is_reread")}
    files = {file.file_id: file for file in ledger.files()}
    gone = {_place(files[name]): name for name in before if name not in after and name in files}
    came = {_place(files[name]) for name in after if name not in before}
    found = []
    for name, file in sorted(files.items(), key=lambda item: (_place(item[1]), item[0])):
        is_replaced = name in before and name not in after and _place(file) in came
        if before.get(name) == after.get(name) or is_replaced:
            continue
        replaced = gone.get(_place(file)) if name not in before else None
        days = {*_days(before.get(name)), *_days(after.get(name)), *_days(before.get(replaced))}
        is_late = file.business_date <= max(earlier)
        touched = {day for day in days if day <= max(earlier)}
        if replaced or name not in after:
            reason = "contract" if name in reread else "corrected"
        elif name in reread:
            reason = "contract"
        elif is_late:
            reason = "late"
        elif touched:
            reason, days = "late_rows", touched
        else:
            continue
        found.append(
            Restatement(
                source=file.source,
                table=file.table,
                business_date=file.business_date,
                file_id=name,
                reason=reason,
                late_by_days=(as_of - file.business_date).days if reason == "late" else 0,
                days=ranges(days),
                is_closed=any(is_closed(settings, d, as_of) for d in {file.business_date, *days}),
                replaced_file_id=replaced,
            )
        )
    return found + _identities(ledger, last.sequence, as_of)


def _identities(ledger: Ledger, since: int, as_of: date) -> list[Restatement]:
    """Sets of customers that merged or parted since; `identity report` says what follows."""
    events = ledger.events(MERGE, SPLIT, MOVE, RENAME, after=since)
    change_sets = dict.fromkeys(event.detail["change_set"] for event in events)
    return [
        Restatement("identity", "customer_xref", as_of, change_set, "identity", 0, (), False)
        for change_set in change_sets
    ]


def unpublished(ledger: Ledger) -> set[str]:
    """Ids of the files that stand now and did not at the last publication.

    None before the first publication: what comes then is history. A file read again in another way
    is no news from its sender.
    """
    last = [e for e in ledger.events("generation") if e.detail.get("state") == PUBLISHED][-1:]
    if not last:
        return set()
    events = ledger.events(*FILE_EVENTS)
    before = standing(event for event in events if event.sequence < last[0].sequence)
    return standing(events).keys() - before.keys()


def events_of(generation_id: str, found: Iterable[Restatement]) -> list[tuple[str, str, dict]]:
    """The ledger's events of a publication; a closed month that changes is said aloud."""
    events = []
    for restated in found:
        detail = asdict(restated) | {"business_date": restated.business_date.isoformat()}
        events.append((KIND, generation_id, detail))
        if restated.is_closed:
            where = {"source": restated.source, "table": restated.table}
            error = RapportError(
                "RP-1201", **where, date=restated.business_date, reason=restated.reason
            )
            log.warning("%s", error)
    return events


def history(ledger: Ledger) -> list[tuple[str, Restatement]]:
    """Every restatement with the generation that made it, oldest first."""
    return [(event.subject, _restated(event.detail)) for event in ledger.events(KIND)]


def standing(events: Iterable[Event]) -> dict[str, Standing]:
    """The files whose rows count after these events, by file id."""
    found: dict[str, Standing] = {}
    for event in events:
        if event.kind == "loaded":
            days = tuple(event.detail.get("days", ()))
            found[event.subject] = Standing(event.detail.get("recipe", ""), days)
        else:
            found.pop(event.subject, None)
    return found


def is_closed(settings: Settings, day: date, as_of: date) -> bool:
    """Whether the month of a day ended more than the agreed number of days ago."""
    end = day.replace(day=monthrange(day.year, day.month)[1])
    return as_of > end + timedelta(days=settings.month_closes_after_days)


def ranges(days: Iterable[date]) -> tuple[str, ...]:
    """Days as ranges: `2026-11-01/2026-11-03`, or one day by itself."""
    found: list[list[date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1][1] = day
        else:
            found.append([day, day])
    return tuple(str(a) if a == b else f"{a}/{b}" for a, b in found)


def expand(written: Iterable[str]) -> list[date]:
    """The days that ranges stand for."""
    days = []
    for text in written:
        first, _, last = text.partition("/")
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last or first):
            days.append(day)
            day += timedelta(days=1)
    return days


def _days(file: Standing | None) -> list[date]:
    return expand(file.days) if file else []


def _place(file: FileRecord) -> tuple:
    return (file.source, file.table, str(file.business_date), file.part)


def _restated(detail: dict) -> Restatement:
    day = date.fromisoformat(detail["business_date"])
    return Restatement(**detail | {"business_date": day, "days": tuple(detail["days"])})
