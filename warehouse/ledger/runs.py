"""The ledger's part about runs and generations.

A run's number is its fencing number: it only grows, so a run that wakes up late can see that a
newer one has published. Part of `warehouse.ledger.Ledger`, split off by subject. What does not
belong here: moving the pointer.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from warehouse.ledger.chain import Chain


@dataclass(frozen=True)
class Generation:
    """One published or withdrawn state of the marts."""

    sequence: int
    generation_id: str
    fence: int
    as_of: date
    state: str


class RunRecords(Chain):
    """Methods of the ledger that concern runs and what they publish."""

    def start_run(self, as_of: date) -> int:
        """Open a run and return its fencing number; runs that never ended are marked as lost."""
        with self._transaction():
            self._db.execute("update run set state = 'lost' where state = 'running'")
            cursor = self._db.execute(
                "insert into run (as_of, started_at, state) values (?, ?, 'running')",
                (as_of.isoformat(), _now()),
            )
            fence = cursor.lastrowid
            self._append("run_started", str(fence), {"as_of": as_of.isoformat()})
        return fence

    def finish_run(self, fence: int, state: str) -> None:
        """Close a run as `succeeded`, `unchanged`, `stopped` (by a gate) or `failed`."""
        with self._transaction():
            self._db.execute(
                "update run set state = ?, finished_at = ? where fence = ?", (state, _now(), fence)
            )
            self._append("run_finished", str(fence), {"state": state})

    def open_runs(self) -> list[tuple[int, date, str]]:
        """Number, as-of date and start of the runs that have not ended."""
        rows = self._db.execute(
            "select fence, as_of, started_at from run where state = 'running' order by fence"
        )
        return [(row[0], date.fromisoformat(row[1]), row[2]) for row in rows]

    def run_state(self, fence: int) -> str | None:
        """State of a run, or None when there is no such run."""
        row = self._db.execute("select state from run where fence = ?", (fence,)).fetchone()
        return row[0] if row else None

    def record_generation(
        self,
        generation_id: str,
        fence: int,
        as_of: date,
        state: str = "published",
        events: Iterable[tuple[str, str, dict]] = (),
    ) -> int:
        """Note that a generation was published (or rolled back to), and what else that meant."""
        with self._transaction():
            cursor = self._db.execute(
                "insert into generation (generation_id, fence, as_of, state) values (?, ?, ?, ?)",
                (generation_id, fence, as_of.isoformat(), state),
            )
            self._append("generation", generation_id, {"fence": fence, "state": state})
            for event in events:
                self._append(*event)
        return cursor.lastrowid

    def generations(self) -> list[Generation]:
        """Every publication, oldest first."""
        rows = self._db.execute(
            "select sequence, generation_id, fence, as_of, state from generation order by sequence"
        )
        return [Generation(r[0], r[1], r[2], date.fromisoformat(r[3]), r[4]) for r in rows]

    def last_published_fence(self) -> int:
        """The highest fencing number that has published; 0 before the first publication."""
        return self._db.execute("select coalesce(max(fence), 0) from generation").fetchone()[0]


def _now() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
