"""Looks at the landing folder without touching it: which files are there, and which are complete.

Names and file types are judged before anything is opened; a link, a pipe or an odd name is never
opened. A file counts as complete when its delivery manifest lies beside it, or, where the contract
does not insist on one, when two looks some time apart see no difference. What does not belong here:
reading content.
"""

import hashlib
import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from warehouse.contract import TableContract
from warehouse.ledger import clock
from warehouse.ledger.files import Observation

MANIFEST = ".ok"
MANIFEST_BYTES = 65_536
ALONE_DAYS = 366
_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


@dataclass(frozen=True)
class Manifest:
    """What the sender says was sent."""

    rows: int
    sha256: str


@dataclass(frozen=True)
class Landed:
    """One name in the landing folder; `problem` is a code when it must not be opened."""

    folder: tuple[str, ...]
    name: str
    seen: Observation
    contract: TableContract | None = None
    business_date: date | None = None
    problem: str | None = None
    manifest_seen: Observation | None = None
    part: str = ""

    @property
    def path(self) -> bytes:
        """The path below the landing folder, as the file system spells it."""
        return os.fsencode("/".join((*self.folder, self.name)))

    @property
    def look_key(self) -> bytes:
        """What a look is remembered by: a digest, for a name may hold anything."""
        return hashlib.sha256(self.path).digest()

    @property
    def looks(self) -> dict[bytes, Observation]:
        """What was seen of the file, and of its manifest."""
        found = {self.look_key: self.seen}
        if self.manifest_seen:
            found[hashlib.sha256(self.path + MANIFEST.encode()).digest()] = self.manifest_seen
        return found

    @property
    def sort_key(self) -> tuple:
        """Order in which files present together are taken."""
        return (self.folder, self.business_date or date.min, self.path)


def look(landing: Path, contracts: Mapping[tuple[str, str], TableContract]) -> list[Landed]:
    """List what was landed, in a fixed order; hidden, `.part` and `.ok` names are left out."""
    found: list[Landed] = []
    if landing.is_dir():
        handle = os.open(landing, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        sources = {source for source, _ in contracts}
        for source, opened in _folders(handle, (), sources, found):
            tables = {table for key, table in contracts if key == source}
            for table, inner in _folders(opened, (source,), tables, found):
                found += _files(inner, contracts[source, table])
    return sorted(found, key=lambda landed: landed.sort_key)


def _folders(
    handle: int, above: tuple[str, ...], expected: set[str], found: list[Landed]
) -> Iterator[tuple[str, int]]:
    """Open every expected folder in turn; anything else goes to `found` as a problem."""
    try:
        with os.scandir(handle) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
        for entry in listed:
            if entry.name.startswith("."):
                continue
            info = os.stat(entry.name, dir_fd=handle, follow_symlinks=False)
            if entry.name in expected and stat.S_ISDIR(info.st_mode):
                yield entry.name, os.open(entry.name, _FOLDER, dir_fd=handle)
            else:
                code = "RP-1008" if _is_plain(info) or stat.S_ISDIR(info.st_mode) else "RP-1009"
                found.append(Landed(above, entry.name, _observe(info), problem=code))
    finally:
        os.close(handle)


def _files(handle: int, contract: TableContract) -> list[Landed]:
    try:
        with os.scandir(handle) as entries:
            seen = {
                entry.name: os.stat(entry.name, dir_fd=handle, follow_symlinks=False)
                for entry in entries
            }
    finally:
        os.close(handle)
    folder = (contract.source, contract.table)
    landed = []
    for name, info in seen.items():
        if name.startswith(".") or name.endswith((".part", MANIFEST)):
            continue
        day, part = stated(contract, name)
        problem = None if _is_plain(info) else "RP-1009"
        if day is None and problem is None:
            problem = "RP-1008"
        announced = seen.get(name + MANIFEST) if contract.manifest != "none" else None
        beside = _observe(announced) if announced and not problem else None
        seen_now = _observe(info)
        landed.append(Landed(folder, name, seen_now, contract, day, problem, beside, part))
    return landed


def stated(contract: TableContract, name: str) -> tuple[date | None, str]:
    """Business date and part a file's name states; no date when the name is not the contract's."""
    found = contract.file_regex.fullmatch(name)
    try:
        day = datetime.strptime(found["date"], "%Y%m%d").date() if found else None
    except ValueError:
        return None, ""
    return day, (found.groupdict().get("part") or "") if found else ""


def far_ahead(days: Iterable[date]) -> set[date]:
    """Dates that one file alone states, over a year after all others: a slip in a name, no future.

    `days` has one date per file. A second file near such a date confirms it. No clock is asked, so
    that a result never depends on one.
    """
    files, alone = sorted(days), set()
    while len(files) > 1 and files[-1] - files[-2] > timedelta(days=ALONE_DAYS):
        alone.add(files.pop())
    return alone


def open_landed(landing: Path, landed: Landed) -> BinaryIO | None:
    """Open a file that was judged safe; None when it is no longer what was looked at."""
    return _open_plain(landing, landed.folder, landed.name)


def read_manifest(landing: Path, landed: Landed) -> Manifest | None:
    """Read what the sender announces; None while that is missing or unfinished."""
    opened = _open_plain(landing, landed.folder, landed.name + MANIFEST)
    if opened is None:
        return None
    with opened:
        try:
            content = json.loads(opened.read(MANIFEST_BYTES))
            return Manifest(int(content["rows"]), str(content["sha256"]).lower())
        except (ValueError, KeyError, TypeError):
            return None


def _open_plain(landing: Path, folder: tuple[str, ...], name: str) -> BinaryIO | None:
    handles = [os.open(landing, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)]
    try:
        for part in folder:
            handles.append(os.open(part, _FOLDER, dir_fd=handles[-1]))
        flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        opened = os.open(name, flags, dir_fd=handles[-1])
    except OSError:
        return None
    finally:
        for handle in handles:
            os.close(handle)
    if _is_plain(os.fstat(opened)):
        return os.fdopen(opened, "rb")
    os.close(opened)
    return None


def _is_plain(info: os.stat_result) -> bool:
    """A regular file with one name: no link of any sort, pipe, device or folder."""
    return stat.S_ISREG(info.st_mode) and info.st_nlink == 1


def _observe(info: os.stat_result) -> Observation:
    return Observation(info.st_size, info.st_mtime_ns, info.st_ino, clock(), False)
