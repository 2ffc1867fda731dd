"""What has been accepted so far, and what a newly delivered content therefore means.

Keeps the ledger's files in memory, indexed by place and by content, and writes every change
through. What does not belong here: files on disk.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from warehouse.contract import TableContract
from warehouse.intake.landing import Landed
from warehouse.intake.outcome import safe_name
from warehouse.ledger import Ledger
from warehouse.ledger.files import FileRecord, Observation

LAYOUT = 5
"""Raise when the same bytes and contract would give another lake file."""
TRY_AGAIN = {f"RP-10{number}" for number in (12, 13, 14, 15, 16, 17, 18, 22)}
"""Refusals that a changed contract may lift."""


def file_id(contract: TableContract, day: date, sha256: str, part: str = "") -> str:
    """Name one content of one table for one business date, or one part of it."""
    identity = (contract.source, contract.table, day.isoformat(), sha256, *filter(None, [part]))
    return hashlib.sha256("/".join(identity).encode()).hexdigest()[:16]


def refused_name(landed: Landed) -> FileRecord:
    """The ledger's row for a name that must not be opened."""
    source, table = (*landed.folder, "", "")[:2]
    return FileRecord(
        file_id=hashlib.sha256(b"name/" + landed.path).hexdigest()[:16],
        source=source,
        table=table,
        business_date=None,
        name=safe_name(landed),
        sha256="",
        bytes=0,
        state="quarantined",
        recipe="",
        reason_code=landed.problem,
    )


class Accepted:
    """The ledger's files, with the questions an intake asks about them."""

    def __init__(
        self, ledger: Ledger, contracts: Mapping[tuple[str, str], TableContract], key_version: str
    ) -> None:
        """Read the ledger once."""
        self._ledger = ledger
        self._contracts = contracts
        self._key_version = key_version
        self._files: dict[str, FileRecord] = {}
        self._active: dict[tuple, FileRecord] = {}
        self._contents: dict[tuple, dict[str, FileRecord]] = defaultdict(dict)
        for file in ledger.files():
            self._put(file)

    def files(self) -> list[FileRecord]:
        """Every file of the ledger as it is now."""
        return list(self._files.values())

    def get(self, file_id: str) -> FileRecord | None:
        """The ledger's row of a file, when there is one."""
        return self._files.get(file_id)

    def active(self, file: FileRecord) -> FileRecord | None:
        """The file whose rows stand for this source, table, date and part now."""
        return self._active.get(_place(file))

    def twin(self, file: FileRecord) -> FileRecord | None:
        """A loaded file of the same table and content that makes this one a repetition.

        An event happens once, whatever date a file names. What a record is like may be said again
        on a later day in the same bytes, and is news when something else was said in between.
        """
        day = file.business_date
        is_entity = self._contracts[file.source, file.table].entity
        others = (
            other
            for other in self._contents[_content(file)].values()
            if other.file_id != file.file_id and other.records_in
        )
        return next((o for o in others if not is_entity or o.business_date == day), None)

    def decide(self, file: FileRecord) -> str:
        """Say what a content is: `same`, `twin` (of another date or part), `conflict` or `load`."""
        active, before = self.active(file), self.get(file.file_id)
        if before and (before.state == "duplicate" or active == before):
            return "same"
        contract = self._contracts[file.source, file.table]
        if contract.delivery == "delta" and self.twin(file):
            return "twin"
        return "conflict" if active and contract.redelivery == "refuse" else "load"

    def recipe(self, contract: TableContract) -> str:
        """Digest of everything but the bytes that decides what a file's lake rows are."""
        parts = (LAYOUT, contract.digest, self._key_version)
        return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]

    def is_stale(self, file: FileRecord) -> bool:
        """Whether a file of the ledger would be read differently today."""
        contract = self._contracts.get((file.source, file.table))
        if contract is None or file.business_date is None:
            return False
        if file.state == "duplicate":
            return self.twin(file) is None
        if file.recipe == self.recipe(contract):
            return False
        retried = file.state == "quarantined" and file.reason_code in TRY_AGAIN
        return file.state == "loaded" or (retried and self.active(file) is None)

    def commit(
        self,
        file: FileRecord,
        days: Mapping[date, int],
        events: Iterable[tuple[str, dict]],
        seen: Mapping[bytes, Observation],
        replaced: FileRecord | None = None,
    ) -> None:
        """Write a file's new state to the ledger: the moment it counts."""
        replaces = replaced.file_id if replaced else None
        self._ledger.record_file(file, days, events, replaces, seen)
        if replaced:
            lost = replaced.superseded + replaced.loaded
            self._put(replace(replaced, state="superseded", superseded=lost, loaded=0))
        self._put(file)

    def repeat(
        self, file: FileRecord, seen: Mapping[bytes, Observation], kind: str = "duplicate_delivery"
    ) -> FileRecord:
        """Note that a content came again: for its own date, or for another one as a duplicate."""
        before = self.get(file.file_id)
        if before and before.state in ("loaded", "duplicate"):
            self._ledger.record_repeat(file.file_id, seen, kind)
            return before
        count = self.twin(file).records_in
        duplicate = replace(file, state="duplicate", records_in=count, deduplicated=count)
        self.commit(duplicate, {}, [("duplicate_delivery", {})], seen)
        return duplicate

    def _put(self, file: FileRecord) -> None:
        self._files[file.file_id] = file
        self._contents[_content(file)].pop(file.file_id, None)
        active = self._active.get(_place(file))
        if file.state == "loaded":
            self._active[_place(file)] = file
            self._contents[_content(file)][file.file_id] = file
        elif active and active.file_id == file.file_id:
            del self._active[_place(file)]


def _place(file: FileRecord) -> tuple:
    return (file.source, file.table, file.business_date, file.part)


def _content(file: FileRecord) -> tuple:
    return (file.source, file.table, file.sha256)
