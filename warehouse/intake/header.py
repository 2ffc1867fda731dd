"""Which column of a delivered file is which column of the contract, by name and alias.

Messages name columns of the contract and positions in the file, never the file's own header text:
when the header line is missing, that text is somebody's data. What does not belong here: values.
"""

import csv
import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from warehouse.contract import Column, TableContract
from warehouse.errors import RapportError
from warehouse.intake.slices import record_end

HEADER_BYTES = 1 << 20
_PLAIN_EXTRA = re.compile(r"(?!.*\d{7})\w{1,40}")


@dataclass(frozen=True)
class Header:
    """The mapping of one file; positions count from 0."""

    names: tuple[str, ...]
    position: dict[str, int]
    unknown: tuple[int, ...]
    absent: tuple[str, ...]

    def extra_name(self, position: int) -> str:
        """A name for an unknown column that cannot carry somebody's number into the lake."""
        name = self.names[position]
        return name if _PLAIN_EXTRA.fullmatch(name) else f"column_{position + 1}"


def read_csv_header(path: Path, delimiter: str) -> list[str]:
    """Read the first record of a decoded CSV file."""
    with path.open(encoding="utf-8", newline="") as text:
        try:
            return next(csv.reader(_limited(text), delimiter=delimiter, strict=True))
        except (csv.Error, StopIteration):
            raise RapportError("RP-1015", problem="header_unreadable") from None


def split(text: bytes, delimiter: str) -> tuple[list[str], bytes]:
    """Part the first record of a CSV text, the header, from the rest."""
    end = record_end(text, first=True)
    try:
        lines = text[:end].decode().splitlines(keepends=True)
        return next(csv.reader(lines, delimiter=delimiter, strict=True)), text[end:]
    except (csv.Error, StopIteration):
        raise RapportError("RP-1015", problem="header_unreadable") from None


def _limited(text: TextIO) -> Iterator[str]:
    """A header may span lines inside quotes, but not for ever."""
    for _ in range(100):
        yield text.readline(HEADER_BYTES)


def match(contract: TableContract, names: list[str]) -> Header:
    """Match a file's column names to the contract; raise when that cannot be done safely."""
    cleaned = tuple(unicodedata.normalize("NFKC", name).strip() for name in names)
    counts = Counter(name.casefold() for name in cleaned)
    position: dict[str, int] = {}
    for column in contract.columns:
        spellings = {spelling.casefold() for spelling in (column.name, *column.aliases)}
        found = [index for index, name in enumerate(cleaned) if name.casefold() in spellings]
        if len(found) > 1:
            raise RapportError("RP-1013", column=column.name, positions=_shown(found))
        if found:
            position[column.name] = found[0]
    unknown = tuple(i for i in range(len(cleaned)) if i not in position.values())
    missing = [column for column in contract.columns if column.name not in position]
    for column in missing:
        resembling = _resembling(column, cleaned, unknown)
        needed = column.required or column.name in (*contract.key, contract.event)
        if needed or resembling:
            looks_like = {"looks_like_column": resembling} if resembling else {}
            raise RapportError("RP-1012", column=column.name, **looks_like)
    repeated = [i for i in unknown if counts[cleaned[i].casefold()] > 1]
    if repeated:
        raise RapportError("RP-1013", positions=_shown(repeated))
    return Header(cleaned, position, unknown, tuple(column.name for column in missing))


def nothing(contract: TableContract) -> Header:
    """The header of a file without any record, where records name their own columns."""
    return Header((), {}, (), tuple(column.name for column in contract.columns))


def _resembling(column: Column, names: tuple[str, ...], unknown: tuple[int, ...]) -> str:
    """Positions (from 1) of unknown columns that look like a renamed `column`."""
    near = []
    for index in unknown:
        spellings = (column.name, *column.aliases)
        if difflib.get_close_matches(names[index].casefold(), spellings, n=1, cutoff=0.8):
            near.append(index)
    return _shown(near)


def _shown(positions: list[int] | tuple[int, ...]) -> str:
    return ",".join(str(position + 1) for position in positions)
