"""What an intake reports: one outcome per file and one log line per table, only counts and codes.

What does not belong here: deciding.
"""

import hashlib
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date

from warehouse.errors import RapportError
from warehouse.intake.landing import Landed
from warehouse.ledger.files import FileRecord

log = logging.getLogger("rapport")
_LONG_NUMBER = re.compile(r"\d{9,}")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9_.-]")


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file in this intake."""

    source: str
    table: str
    name: str
    business_date: date | None
    state: str
    reason_code: str | None = None
    records_in: int = 0
    loaded: int = 0
    quarantined: int = 0
    deduplicated: int = 0


@dataclass
class IntakeResult:
    """All files this intake dealt with; files dealt with before do not appear."""

    files: list[FileOutcome] = field(default_factory=list)
    _reported: int = field(default=0, repr=False, compare=False)

    @property
    def states(self) -> dict[str, int]:
        """Number of files per state."""
        return dict(sorted(Counter(file.state for file in self.files).items()))

    @property
    def loaded(self) -> int:
        """Rows taken into the lake."""
        return sum(file.loaded for file in self.files)

    @property
    def quarantined(self) -> int:
        """Rows put into quarantine."""
        return sum(file.quarantined for file in self.files)

    def add_landed(self, landed: Landed, state: str) -> None:
        """Add a landed file that left no row in the ledger of its own."""
        source, table = (*landed.folder, "", "")[:2]
        self.files.append(
            FileOutcome(source, table, safe_name(landed), landed.business_date, state)
        )

    def add(self, file: FileRecord) -> None:
        """Add a file as the ledger has it, and warn when it was refused."""
        place = (file.source, file.table, file.name, file.business_date)
        counts = (file.records_in, file.loaded, file.quarantined, file.deduplicated)
        self.files.append(FileOutcome(*place, file.state, file.reason_code, *counts))
        if file.reason_code:
            where = {"source": file.source, "table": file.table, "file": file.name}
            log.warning("%s", RapportError(file.reason_code, **where, **file.detail))

    def report(self) -> None:
        """Log one line per table for the files added since the last report."""
        fresh, self._reported = self.files[self._reported :], len(self.files)
        for source, table in sorted({(file.source, file.table) for file in fresh}):
            files = [f for f in fresh if (f.source, f.table) == (source, table)]
            states = Counter(file.state for file in files)
            others = ", ".join(f"{n} {s}" for s, n in sorted(states.items()) if s != "loaded")
            log.info(
                "intake %s/%s: %d files, %s rows loaded, %s quarantined%s",
                source,
                table,
                len(files),
                f"{sum(file.loaded for file in files):,}",
                f"{sum(file.quarantined for file in files):,}",
                others and f" (files: {others})",
            )


def safe_name(landed: Landed) -> str:
    """A landed name fit for a message: plain letters only, no long number, not too long."""
    name = _LONG_NUMBER.sub("#", _NOT_PLAIN.sub("?", landed.name))
    if name == landed.name and len(name) <= 100:
        return name
    return f"{name[:60]}~{hashlib.sha256(landed.path).hexdigest()[:8]}"
