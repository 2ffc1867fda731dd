"""What people have decided about identity: override events of the ledger, read as constraints.

An event names records by their record key, the customer key a record would have alone, so it stays
true whatever later files say and whichever of two comes first. Of decisions that contradict each
other the later one holds. What does not belong here: asking people (`decisions`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import product

from warehouse.ledger import Event, Ledger
from warehouse.settings import Settings

OVERRIDE, UNDO = "identity_override", "identity_override_undone"
SPLIT, MERGE, PIN = "split", "merge", "pin"


@dataclass(frozen=True)
class Override:
    """One decision: `left` are the records decided about, `right` those of the other side.

    The first of each side is the record whose key the customer had.
    """

    sequence: int
    action: str
    key: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    who: str = ""
    reason: str = ""


@dataclass
class Constraints:
    """Decisions as positions of records: pinned where, never together, always together."""

    pins: dict[int, int] = field(default_factory=dict)
    apart: set[frozenset[int]] = field(default_factory=set)
    together: set[frozenset[int]] = field(default_factory=set)


def overrides(settings: Settings) -> list[Override]:
    """Every decision that was not taken back, in the order it was made."""
    ledger = Ledger(settings.ledger_file)
    try:
        events = ledger.events(OVERRIDE, UNDO)
    finally:
        ledger.close()
    undone = {event.detail["event"] for event in events if event.kind == UNDO}
    return [
        _override(event)
        for event in events
        if event.kind == OVERRIDE and event.sequence not in undone
    ]


def constraints(decided: Iterable[Override], positions: Mapping[str, int]) -> Constraints:
    """Fold decisions, earliest first; records that are not there are passed over."""
    found = Constraints()
    for override in decided:
        left = [positions[key] for key in override.left if key in positions]
        right = [positions[key] for key in override.right if key in positions]
        is_known = override.left[0] in positions and override.right[0] in positions
        pairs = {frozenset(pair) for pair in product(left, right) if pair[0] != pair[1]}
        if override.action == SPLIT:
            found.apart |= pairs
            found.together -= pairs
            for record in {*left, *right}:
                if frozenset((record, found.pins.get(record, record))) in pairs:
                    del found.pins[record]
            continue
        found.apart -= pairs
        if is_known and override.action == MERGE and left[0] != right[0]:
            found.together.add(frozenset((left[0], right[0])))
        if is_known and override.action == PIN:
            found.pins[left[0]] = right[0]
            found.together = {pair for pair in found.together if left[0] not in pair}
    return found


def _override(event: Event) -> Override:
    detail = event.detail
    return Override(
        sequence=event.sequence,
        action=detail["action"],
        key=event.subject,
        left=tuple(detail["left"]),
        right=tuple(detail["right"]),
        who=detail["who"],
        reason=detail["reason"],
    )
