"""Which daily deliveries are missing, seen from a day.

A table is expected daily from its second delivery on. Deliveries more than a week apart are history
that came in bulk: the days between them were never promised. What does not belong here: thresholds
on content, what a missing day forbids (`exports`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from warehouse.contract import TableContract
from warehouse.deliveries.findings import Finding
from warehouse.ledger import Ledger

BULK_DAYS = 7
"""Deliveries farther apart than this are history in bulk, not a gap."""
STANDS = ("loaded", "duplicate")
"""States in which a business date is accounted for: a repeated content is an answer, too."""


@dataclass(frozen=True)
class Freshness:
    """How complete one table is, seen from a day."""

    source: str
    table: str
    is_required: bool
    first_date: date | None
    last_date: date | None
    missing: tuple[date, ...]

    @property
    def is_complete(self) -> bool:
        """Whether something was delivered and no expected day is missing."""
        return self.last_date is not None and not self.missing


def of_all(
    ledger: Ledger, contracts: Mapping[tuple[str, str], TableContract], as_of: date
) -> list[Freshness]:
    """Every table under contract, in order."""
    dates: dict[tuple[str, str], set[date]] = {key: set() for key in contracts}
    for file in ledger.files():
        key = (file.source, file.table)
        if file.state in STANDS and key in dates and file.business_date <= as_of:
            dates[key].add(file.business_date)
    return [
        Freshness(
            *key,
            is_required=contract.required,
            first_date=min(dates[key], default=None),
            last_date=max(dates[key], default=None),
            missing=tuple(missing_days(dates[key], as_of)) if contract.cadence == "daily" else (),
        )
        for key, contract in contracts.items()
    ]


def missing_days(delivered: Iterable[date], as_of: date) -> list[date]:
    """Days without a delivery between two that are close, and since the last one."""
    known = sorted(set(delivered))
    missing = []
    for before, after in pairwise([*known, as_of + timedelta(days=1)]):
        gap = (after - before).days
        if gap <= BULK_DAYS or after > as_of:
            missing += [before + timedelta(days=n) for n in range(1, gap)]
    return missing


def missing_findings(states: Iterable[Freshness]) -> list[Finding]:
    """One finding per table and day that was expected and did not come."""
    return [
        Finding("RP-1202", state.source, state.table, day)
        for state in states
        for day in state.missing
    ]
