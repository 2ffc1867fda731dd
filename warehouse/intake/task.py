"""What a file is loaded with, and what became of it.

What does not belong here: loading (`load`, which goes the `fast` or the `careful` way).
"""

import logging
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import duckdb

from warehouse.contract import TableContract
from warehouse.errors import RapportError
from warehouse.intake.landing import Manifest
from warehouse.intake.reading import Reading
from warehouse.intake.rows import Place
from warehouse.pseudonym import Pseudonyms
from warehouse.sandbox import work_folder
from warehouse.settings import Settings

LAST_DAY = date(9000, 1, 1)
log = logging.getLogger("rapport")


@dataclass(frozen=True)
class Task:
    """A stored file to be loaded."""

    contract: TableContract
    business_date: date
    file_id: str
    sha256: str
    manifest: Manifest | None = None
    is_fresh: bool = False
    """Whether its bytes were checked while they were stored, a moment ago."""

    @property
    def place(self) -> Place:
        """Where its rows lie in every zone."""
        return (self.contract.source, self.contract.table, self.business_date, self.file_id)

    @property
    def latest(self) -> date:
        """The last day on which something in the file can have happened."""
        return min(self.business_date, LAST_DAY) + timedelta(days=self.contract.future_days)

    def check_rows(self, records_in: int) -> None:
        """Hold the number of records to the manifest and the kind of delivery."""
        if self.manifest and self.manifest.rows != records_in:
            expected = self.manifest.rows
            raise RapportError("RP-1010", expected_rows=expected, got_rows=records_in)
        if self.contract.delivery == "full" and records_in == 0:
            raise RapportError("RP-1006", problem="full_extract_without_rows")


@dataclass(frozen=True)
class Worker:
    """A task and everything it is done with."""

    con: duckdb.DuckDBPyConnection
    settings: Settings
    keys: Pseudonyms
    task: Task
    source: Path

    def work(self, kind: str) -> Path:
        """A path in the restricted zone that is gone when the task is done."""
        return work_folder(self.settings) / f"{self.task.file_id}.{kind}"


@dataclass
class Loaded:
    """What became of a file's records; `refusal` when the file was refused as a whole."""

    records_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    deduplicated: int = 0
    days: dict[date, int] = field(default_factory=dict)
    notes: list[tuple[str, dict]] = field(default_factory=list)
    refusal: RapportError | None = None


def notes(task: Task, reading: Reading, sentinels: Counter[str]) -> list[tuple[str, dict]]:
    """What the ledger should remember of a file beyond its counts; warns of unknown columns."""
    made = []
    if reading.found.unknown:
        detail = {"columns": len(reading.found.unknown), "policy": task.contract.extra}
        made.append(("unknown_column", {"code": "RP-1011", **detail}))
        if task.contract.extra == "quarantine_column":
            place = {"table": task.contract.name, "file": task.file_id}
            log.warning("%s", RapportError("RP-1011", **place, **detail))
    if reading.found.absent:
        made.append(("optional_column_absent", {"columns": list(reading.found.absent)}))
    if sentinels:
        made.append(
            ("sentinel_time", {"code": "RP-1109", "columns": dict(sorted(sentinels.items()))})
        )
    return made
