"""The ledger's ground: the file, its version, its transactions and the chained history.

Events are appended, never changed, and each carries the digest of the one before. Base of
`warehouse.ledger.Ledger`, split off by subject. What does not belong here: files, runs.
"""

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from warehouse.errors import RapportError
from warehouse.faults import fault_point

STEPS = ("schema.sql", "schema_2.sql")
"""SQL that leads from each version to the next; as many as there are versions."""
SCHEMA_VERSION = len(STEPS)


@dataclass(frozen=True)
class Event:
    """One line of the chained history; `detail` holds names, codes and counts only."""

    sequence: int
    kind: str
    subject: str
    detail: dict
    at: str = ""
    """When it was noted, for people only."""


class Chain:
    """An open ledger file and its history. Every public method is one transaction."""

    def __init__(self, path: Path) -> None:
        """Open the ledger, made when missing; refuse one that a newer release has written."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None, timeout=30)
        self._db.execute("pragma journal_mode = wal")
        self._db.execute("pragma synchronous = full")
        self._db.execute("pragma foreign_keys = on")
        found = self._version()
        if found > SCHEMA_VERSION:
            raise RapportError("RP-3011", found=found, known=SCHEMA_VERSION)
        if found < SCHEMA_VERSION:
            with self._transaction():
                for step in STEPS[self._version() :]:
                    text = Path(__file__).with_name(step).read_text(encoding="utf-8")
                    for statement in text.split(";\n"):
                        self._db.execute(statement)
                self._db.execute(f"pragma user_version = {SCHEMA_VERSION}")

    def close(self) -> None:
        """Close the file; the ledger is not used afterwards."""
        self._db.close()

    def append_event(self, kind: str, subject: str, detail: dict | None = None) -> None:
        """Add one event to the chain."""
        with self._transaction():
            self._append(kind, subject, detail or {})

    def append_events(self, events: Iterable[tuple[str, str, dict]]) -> None:
        """Add several events (kind, subject, detail) to the chain, all of them or none."""
        with self._transaction():
            for kind, subject, detail in events:
                self._append(kind, subject, detail)

    def events(self, *kinds: str, after: int = 0) -> list[Event]:
        """Events of the kinds given (or all), oldest first, from behind a sequence number on."""
        wanted = f" and kind in ({', '.join('?' * len(kinds))})" if kinds else ""
        rows = self._db.execute(
            "select sequence, kind, subject, detail, at from event"
            f" where sequence > ?{wanted} order by sequence",
            (after, *kinds),
        )
        return [Event(row[0], row[1], row[2], json.loads(row[3]), row[4]) for row in rows]

    def verify_chain(self) -> bool:
        """Whether no event was changed, removed or put between others."""
        expected_sequence, previous = 1, ""
        rows = self._db.execute(
            "select sequence, at, kind, subject, detail, prev_sha, sha from event order by sequence"
        )
        for sequence, at, kind, subject, detail, prev_sha, sha in rows:
            made = _link(previous, sequence, at, kind, subject, detail)
            if (sequence, prev_sha, sha) != (expected_sequence, previous, made):
                return False
            expected_sequence, previous = sequence + 1, sha
        return True

    def _append(self, kind: str, subject: str, detail: dict) -> None:
        last = self._db.execute("select sequence, sha from event order by sequence desc limit 1")
        sequence, previous = last.fetchone() or (0, "")
        sequence += 1
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        text = json.dumps(detail, sort_keys=True, default=str)
        sha = _link(previous, sequence, at, kind, subject, text)
        self._db.execute(
            "insert into event (sequence, at, kind, subject, detail, prev_sha, sha)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            (sequence, at, kind, subject, text, previous, sha),
        )

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        if self._db.in_transaction:
            yield
            return
        self._db.execute("begin immediate")
        try:
            yield
            fault_point("ledger_before_commit")
            self._db.execute("commit")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("rollback")
            raise
        fault_point("ledger_after_commit")

    def _version(self) -> int:
        return self._db.execute("pragma user_version").fetchone()[0]


def _link(previous: str, *parts: object) -> str:
    return hashlib.sha256(json.dumps([previous, *parts]).encode()).hexdigest()
