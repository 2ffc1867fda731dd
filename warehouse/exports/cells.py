"""Values as cells of a CSV or workbook that people will open: no cell may begin a formula.

A spreadsheet runs a cell that begins with `=`, `+`, `-`, `@`, a tab or a carriage return, whoever
wrote it. Every export passes its rows through here. What does not belong here: what is exported.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from typing import TextIO

FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x20\x7f-\xa0\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠]")
"""What begins one, behind anything that shows nothing; the full-width signs too: some spreadsheets
fold them before they look."""
SHIELD = "'"


def cell(value: object) -> object:
    """Return a value fit for a cell: numbers and dates as they are, text that cannot run."""
    if not isinstance(value, str):
        return value
    text = value.replace("\0", "")
    return SHIELD + text if FORMULA.match(text) else text


def write_csv(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table for people; open the file with `newline=""` and encoding `utf-8-sig`."""
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([cell(name) for name in header])
    writer.writerows([cell(value) for value in row] for row in rows)
