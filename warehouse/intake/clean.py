"""The careful way through a file that has malformed records: keep the well-formed, number the rest.

Only a file that the fast parser stumbles over comes here. Records are judged one by one, strictly;
what is kept is written to a clean file of the same format, in order, with the record number each
one had. What does not belong here: types and rules about values.
"""

import csv
import json
from array import array
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from warehouse.errors import RapportError

MAX_RECORD_BYTES = 1 << 20
"""No record of an honest export comes near; both ways of reading use this limit."""
Numbers = tuple[pa.Array, pa.Array]
"""Numbers of the records kept by a clean copy, and of the malformed ones."""


class _MalformedError(ValueError):
    """One record that is not what the format says."""


def clean_csv(path: Path, work: Path, delimiter: str, width: int) -> Numbers:
    """Rewrite a CSV file without its malformed records; return kept and malformed numbers.

    Record 1 is the first after the header; blank lines are no records.
    """
    csv.field_size_limit(MAX_RECORD_BYTES)
    kept, malformed = array("q"), array("q")
    with (
        path.open(encoding="utf-8", newline="") as text,
        work.open("w", encoding="utf-8", newline="") as out,
    ):
        # all quoted: a bare carriage return in a value would end a line for the next reader
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
        number = -1
        for record in _csv_records(csv.reader(text, delimiter=delimiter, strict=True)):
            if record == []:
                continue
            number += 1
            if record is None or len(record) != width or any("\0" in field for field in record):
                if number == 0:
                    raise RapportError("RP-1015", problem="header_unreadable")
                malformed.append(number)
                continue
            writer.writerow(record)
            if number:
                kept.append(number)
    return _numbers(kept), _numbers(malformed)


def _numbers(found: array) -> pa.Array:
    """The numbers as they lie: eight bytes each, where a list would take five times as much."""
    return pa.Array.from_buffers(pa.int64(), len(found), [None, pa.py_buffer(found)])


def _csv_records(reader: Iterator[list[str]]) -> Iterator[list[str] | None]:
    """Every record, None for one that breaks the quoting rules."""
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            if "unexpected end" in str(error):
                raise RapportError("RP-1015", problem="quote_never_closed") from None
            yield None


def clean_jsonl(path: Path, work: Path) -> Numbers:
    """Rewrite a JSON lines file the same way."""
    kept, malformed = array("q"), array("q")
    number = 0
    with path.open("rb") as lines, work.open("wb") as out:
        for line in lines:
            if not line.strip():
                continue
            number += 1
            if _is_object(line):
                out.write(line)
                kept.append(number)
            else:
                malformed.append(number)
    return _numbers(kept), _numbers(malformed)


def _is_object(line: bytes) -> bool:
    if len(line) > MAX_RECORD_BYTES:
        return False
    try:
        found = json.loads(line, object_pairs_hook=_unique, parse_constant=_refuse)
    except (ValueError, RecursionError):
        return False
    return isinstance(found, dict) and b"\\u0000" not in line and b"\0" not in line


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _MalformedError
    return made


def _refuse(constant: str) -> None:
    raise _MalformedError
