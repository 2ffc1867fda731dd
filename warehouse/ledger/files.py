"""The ledger's part about files: their states, rows and days, and when they were looked at.

Part of `warehouse.ledger.Ledger`, split off by subject. What does not belong here: deciding which
state a file gets.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from warehouse.ledger.chain import Chain


@dataclass(frozen=True)
class FileRecord:
    """One delivered content for one business date; counts obey the accounting identity."""

    file_id: str
    source: str
    table: str
    business_date: date | None
    name: str
    sha256: str
    bytes: int
    state: str
    recipe: str
    records_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    deduplicated: int = 0
    superseded: int = 0
    reason_code: str | None = None
    detail: dict = field(default_factory=dict)
    part: str = ""
    """Which part of its business date; empty where the contract knows no parts."""


@dataclass(frozen=True)
class FileDay:
    """Rows of one local day in one active file."""

    source: str
    table: str
    event_date: date
    file_id: str
    rows: int


@dataclass(frozen=True)
class Observation:
    """The stat of a landed file, which changes whenever its content may have."""

    size: int
    mtime_ns: int
    inode: int
    seen_at: float
    is_done: bool

    def looks_like(self, other: "Observation") -> bool:
        """Whether nothing was written in between."""
        return (self.size, self.mtime_ns, self.inode) == (other.size, other.mtime_ns, other.inode)


_COLUMNS = (
    "file_id, source, table_name, business_date, name, sha256, bytes, state, recipe, records_in,"
    " loaded, quarantined, deduplicated, superseded, reason_code, detail, part"
)


class FileRecords(Chain):
    """Methods of the ledger that concern delivered files."""

    def files(self) -> list[FileRecord]:
        """Every file ever accepted or refused, in a fixed order."""
        rows = self._db.execute(
            f"select {_COLUMNS} from file order by source, table_name, business_date, file_id"
        )
        return [_record(row) for row in rows]

    def active_files(self) -> list[FileRecord]:
        """The files whose rows are in the lake."""
        return [file for file in self.files() if file.state == "loaded"]

    def has_files(self) -> bool:
        """Whether anything was ever delivered, so that a missing key would be a loss."""
        return self._db.execute("select exists (select 1 from file)").fetchone()[0] == 1

    def file_days(self) -> list[FileDay]:
        """The local days that active files of event tables hold rows of."""
        rows = self._db.execute(
            "select source, table_name, event_date, file_id, rows from file_day"
            " join file using (file_id) where state = 'loaded'"
            " order by source, table_name, event_date, file_id"
        )
        return [FileDay(r[0], r[1], date.fromisoformat(r[2]), r[3], r[4]) for r in rows]

    def accounting(self) -> list[dict]:
        """Per file: where every record went."""
        return [
            {
                "source_name": file.source,
                "table_name": file.table,
                "business_date": file.business_date,
                "file_id": file.file_id,
                "file_state": file.state,
                "records_in": file.records_in,
                "loaded": file.loaded,
                "quarantined": file.quarantined,
                "deduplicated": file.deduplicated,
                "superseded": file.superseded,
                "reason_code": file.reason_code,
            }
            for file in self.files()
        ]

    def record_file(
        self,
        file: FileRecord,
        days: Mapping[date, int],
        events: Iterable[tuple[str, dict]],
        replaces: str | None = None,
        seen: Mapping[bytes, Observation] | None = None,
    ) -> None:
        """Commit one file: its row, days and events, whose place it takes, and the look at it."""
        with self._transaction():
            if replaces:
                self._db.execute(
                    "update file set state = 'superseded', superseded = superseded + loaded,"
                    " loaded = 0 where file_id = ?",
                    (replaces,),
                )
                self._append("superseded", replaces, {"by": file.file_id})
            self._db.execute("delete from file_day where file_id = ?", (file.file_id,))
            self._db.execute(
                f"insert into file ({_COLUMNS}) values ({', '.join('?' * 17)})"
                " on conflict (file_id) do update set (state, recipe, records_in, loaded,"
                " quarantined, deduplicated, superseded, reason_code, detail) = (excluded.state,"
                " excluded.recipe, excluded.records_in, excluded.loaded, excluded.quarantined,"
                " excluded.deduplicated, excluded.superseded, excluded.reason_code,"
                " excluded.detail)",
                _values(file),
            )
            self._db.executemany(
                "insert into file_day (file_id, event_date, rows) values (?, ?, ?)",
                [(file.file_id, day.isoformat(), rows) for day, rows in sorted(days.items())],
            )
            for kind, detail in events:
                self._append(kind, file.file_id, detail)
            self._remember(seen or {})

    def record_repeat(self, file_id: str, seen: Mapping[bytes, Observation], kind: str) -> None:
        """Note that a known content or its manifest came; nothing changes but the history."""
        with self._transaction():
            self._append(kind, file_id, {})
            self._remember(seen)

    def observations(self) -> dict[bytes, Observation]:
        """What every landed path looked like when it was last seen, by its look key."""
        rows = self._db.execute(
            "select look_key, size, mtime_ns, inode, seen_at, is_done from observation"
        )
        return {row[0]: Observation(*row[1:5], bool(row[5])) for row in rows}

    def remember(self, seen: Mapping[bytes, Observation]) -> None:
        """Keep looks at landed files for the next run."""
        with self._transaction():
            self._remember(seen)

    def _remember(self, seen: Mapping[bytes, Observation]) -> None:
        self._db.executemany(
            "insert or replace into observation values (?, ?, ?, ?, ?, ?)",
            [(k, o.size, o.mtime_ns, o.inode, o.seen_at, o.is_done) for k, o in seen.items()],
        )


def _record(row: tuple) -> FileRecord:
    day = date.fromisoformat(row[3]) if row[3] else None
    return FileRecord(*row[:3], day, *row[4:15], json.loads(row[15]), row[16])


def _values(file: FileRecord) -> tuple:
    day = file.business_date.isoformat() if file.business_date else None
    counts = (file.records_in, file.loaded, file.quarantined, file.deduplicated, file.superseded)
    detail = json.dumps(file.detail, sort_keys=True, default=str)
    return (
        *(file.file_id, file.source, file.table, day, file.name, file.sha256, file.bytes),
        *(file.state, file.recipe, *counts, file.reason_code, detail, file.part),
    )
