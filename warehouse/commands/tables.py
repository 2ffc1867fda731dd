"""How the command line shows deliveries: tables of at most a hundred columns, the rest on request.

What does not belong here: reading anything, options.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from warehouse.commands.console import table

Row = Mapping[str, object]
Columns = Mapping[str, str | Callable[[Row], object]]
"""What stands under each head: a field of the row, or what is made of it."""
RECORDS = {"records": "records_in", "loaded": "loaded", "set aside": "quarantined"}
WIDE = 100
NAME_WIDTH = 38
SHOWN = 20
"""Lines of a list that a person reads; `--json` has all."""


def say(line: str = "") -> None:
    """Print a line, cut where a terminal ends."""
    sys.stdout.write((line if len(line) <= WIDE else line[: WIDE - 1] + "…") + "\n")


def as_json(content: object) -> None:
    """Print everything for a program."""
    sys.stdout.write(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")


def tables(rows: Sequence[Row], waiting: Counter[tuple[object, object]]) -> None:
    """One line per table: newest date, files, records."""
    columns = {
        "table": _table,
        "last": lambda row: row["last_date"] or "never",
        "files": "files",
        "waits": lambda row: waiting[row["source"], row["table"]],
        "refused": "files_quarantined",
        "gaps": lambda row: len(row["missing_dates"]),
        **RECORDS,
    }
    _lines(rows, columns)
    for row in rows:
        if row["missing_dates"]:
            say(f"gap      {_table(row)}: {', '.join(row['missing_dates'])}")


def files(rows: Sequence[Row]) -> None:
    """One line per file."""
    columns = {
        "table": _table,
        "date": lambda row: row["business_date"] or "",
        "file": lambda row: _short(row["file"]),
        "state": "state",
        "reason": lambda row: row["reason_code"] or "",
        **RECORDS,
    }
    _lines(rows, columns, nothing="no file")


def refused(rows: Sequence[Row]) -> None:
    """Files refused as a whole, newest first, and why."""
    found = [row for row in rows if row["state"] == "quarantined"]
    found.sort(key=lambda row: str(row["business_date"]), reverse=True)
    _listed("refused", found, lambda row: f"{row['reason_code']} {row['reason']}")


def waiting(rows: Sequence[Row]) -> None:
    """Files that wait, and for what."""
    _listed("waits", rows, lambda row: f"for {row['waits_for']}")


def quarantine(rows: Sequence[Row]) -> None:
    """Records set aside, counted by reason and column."""
    if not rows:
        say("no record is set aside")
        return
    counted: Counter[tuple] = Counter()
    where: dict[tuple, set[object]] = {}
    for row in rows:
        key = (_table(row), row["reason_code"], row["reason"], row["column_name"] or "")
        counted[key] += 1
        where.setdefault(key, set()).add(row["file_id"])
    head = ("table", "code", "reason", "column", "records", "files")
    table(head, [(*key, count, len(where[key])) for key, count in sorted(counted.items())])


def locators(rows: Sequence[Row], names: Mapping[object, object]) -> None:
    """Where in which file a record set aside stands."""
    say()
    columns = {
        "file": lambda row: _short(names.get(row["file_id"], "")),
        "record": "record_number",
        "column": lambda row: row["column_name"] or "",
        "code": "reason_code",
        "stored as": "file_id",
    }
    _lines(rows[:SHOWN], columns)
    _more(rows)


def replay(rows: Sequence[Row]) -> None:
    """Files the next run reads again."""
    if not rows:
        say("nothing would change: contracts and key are those the files were read with")
        return
    counted: Counter[tuple] = Counter()
    set_aside: Counter[tuple] = Counter()
    for row in rows:
        key = (_table(row), row["state"], row["reason_code"] or "")
        counted[key] += 1
        set_aside[key] += row["set_aside"]
    body = [(*key, files, set_aside[key]) for key, files in sorted(counted.items())]
    table(("table", "state now", "reason", "files", "set aside"), body)
    say(f"the next run reads {len(rows)} file(s) again from the store")


def findings(rows: Sequence[Row]) -> None:
    """What is unusual, what that means, and who accepted it why."""
    place = ("source", "table", "column")
    columns = {
        "finding": "finding",
        "effect": lambda row: "accepted" if row["accepted"] else row["effect"],
        "code": "code",
        "what": "what",
        "place": lambda row: _short(".".join(str(row[name]) for name in place if row[name])),
        "date": "business_date",
        "observed": lambda row: f"{row['observed']:.4g}",
        "usual": lambda row: f"{row['usual']:.4g}",
    }
    _lines(rows, columns, nothing="nothing unusual")


def restatements(rows: Sequence[Row]) -> None:
    """Which generation changed which earlier days."""
    columns = {
        "generation": "generation",
        "table": _table,
        "date": "business_date",
        "why": "reason",
        "late": "late_by_days",
        "days": "days_count",
        "from": lambda row: row["days"][0].split("/")[0] if row["days"] else "",
        "to": lambda row: row["days"][-1].split("/")[-1] if row["days"] else "",
        "closed": lambda row: "yes" if row["is_closed"] else "",
    }
    _lines(rows, columns, nothing="no day published before has changed")


def _lines(rows: Sequence[Row], columns: Columns, nothing: str | None = None) -> None:
    """A line per row, a column per name; `nothing` is said where there is no row."""
    if nothing and not rows:
        say(nothing)
        return
    taken = columns.values()
    table(list(columns), [[of(row) if callable(of) else row[of] for of in taken] for row in rows])


def _table(row: Row) -> str:
    return f"{row['source']}/{row['table']}"


def _listed(word: str, rows: Sequence[Row], why: Callable[[Row], str]) -> None:
    for row in rows[:SHOWN]:
        place = "/".join(str(row[name]) for name in ("source", "table") if row[name])
        say(f"{word:<8} {place} {row['business_date'] or ''} {_short(row['file'])}  {why(row)}")
    _more(rows)


def _more(rows: Sequence[Row]) -> None:
    if len(rows) > SHOWN:
        say(f"... and {len(rows) - SHOWN} more (--json has all)")


def _short(name: object) -> str:
    text = str(name)
    return text if len(text) <= NAME_WIDTH else f"…{text[1 - NAME_WIDTH :]}"
