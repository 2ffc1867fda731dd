"""The book of contacts of one period, both directions, and how long talks take.

What does not belong here: why a contact happens (campaigns.py, service.py).
"""

from dataclasses import dataclass, field

import numpy as np

from simulator.periods import DAY_MS, NO_TIME

CHANNELS = ("phone", "sms", "email", "web", "app", "branch")
PHONE, SMS, EMAIL, WEB, APP, BRANCH = range(6)
DIRECTIONS = ("inbound", "outbound")
INBOUND, OUTBOUND = range(2)
INTENTS = ("sales", "service", "inform")
SALES, SERVICE, INFORM = range(3)
REASONS = ("bill", "fault", "move", "upgrade", "cancel", "complaint", "question")
OUTCOMES = ("accepted", "refused", "undecided", "no_answer", "hung_up", "delivered", "resolved",
            "unresolved")  # fmt: skip
ACCEPTED, REFUSED, UNDECIDED, NO_ANSWER, HUNG_UP, DELIVERED, RESOLVED, UNRESOLVED = range(8)

TALK_MINUTES = np.array([8.0, 1.6, 5.0, 0.4, 0.1, 0.0, 5.5, 6.5])
"""Usual length by outcome."""
OPENS, CLOSES = 8, 19
"""Hours of the call centre: whoever rings between 19 and 20 h meets nobody."""

LONG_WAIT = 120
"""Seconds; who waits longer is less satisfied whatever comes of the call."""
_USUAL_WAIT = 65
_BUSY = np.array([1.0] * 10 + [1.7, 1.7, 1.0, 1.0, 1.0, 1.5, 1.5] + [1.0] * 7)
"""By hour of the day."""

_FIELDS = ("person", "campaign", "direction", "channel", "agent", "product", "advised", "intent",
           "reason", "outcome", "start", "end", "wait")  # fmt: skip


def agents_of(people: int) -> int:
    """Size of the team."""
    return max(6, people // 500)


def talk(
    rng: np.random.Generator, outcome: np.ndarray, is_polite: np.ndarray | bool = False
) -> np.ndarray:
    """Milliseconds of talk; polite people chat for half an hour without buying."""
    usual = TALK_MINUTES[outcome] * rng.lognormal(-0.08, 0.4, len(outcome))
    chats = is_polite & np.isin(outcome, (REFUSED, UNDECIDED))
    minutes = np.where(chats, rng.normal(30, 3, len(outcome)), usual)
    return np.round(np.maximum(minutes, 0) * 60).astype(np.int64) * 1000


def office_time(rng: np.random.Generator, day: np.ndarray, first: int, last: int) -> np.ndarray:
    """A moment between two hours of each day."""
    return day.astype(np.int64) * DAY_MS + rng.integers(first * 3600, last * 3600, len(day)) * 1000


def waits(rng: np.random.Generator, start: np.ndarray) -> np.ndarray:
    """Whole seconds in the queue before an agent answers."""
    return np.round(rng.exponential(_USUAL_WAIT * _BUSY[start % DAY_MS // 3_600_000])).astype(int)


def polite_minutes(contacts: dict[str, np.ndarray], is_polite: np.ndarray) -> float:
    """Minutes our sales calls spent on polite people who bought nothing."""
    chats = is_polite[contacts["person"]] & np.isin(contacts["outcome"], (REFUSED, UNDECIDED))
    chats &= (contacts["direction"] == OUTBOUND) & (contacts["intent"] == SALES)
    chats &= contacts["channel"] == PHONE
    return float((contacts["end"] - contacts["start"])[chats].sum() / 60_000)


@dataclass
class ContactBook:
    """Contacts of a period in any order; `closed` puts them in order of time."""

    blocks: list[dict[str, np.ndarray]] = field(default_factory=list)

    def add(self, person: np.ndarray, **values: object) -> None:
        """Append contacts; scalars are repeated, unnamed numbers are empty."""
        size = len(person)
        block = {"person": np.asarray(person)}
        for name in _FIELDS[1:]:
            block[name] = np.broadcast_to(values.get(name, NO_TIME if name == "end" else -1), size)
        self.blocks.append(block)

    def closed(self, last_day: int) -> dict[str, np.ndarray]:
        """All contacts up to the last day, by start."""
        rows = {f: np.concatenate([b[f] for b in self.blocks]) for f in _FIELDS}
        kept = np.flatnonzero(rows["start"] < (last_day + 1) * DAY_MS)
        order = kept[np.lexsort((rows["person"][kept], rows["start"][kept]))]
        return {name: values[order] for name, values in rows.items()}
