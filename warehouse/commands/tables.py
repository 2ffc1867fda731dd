"""How the command line shows deliveries: tables of at most a hundred columns, the rest on request.

What does not belong here: reading anything, options.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from warehouse.commands.console import table

Row = Mapping[str, object]
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
    head = ("table", "last", "files", "waits", "refused", "gaps", "records", "loaded", "set aside")
    table(
        head,
        [
            (
                f"{row['source']}/{row['table']}",
                row["last_date"] or "never",
                row["files"],
                waiting[row["source"], row["table"]],
                row["files_quarantined"],
                len(row["missing_dates"]),
                *(row[name] for name in ("records_in", "loaded", "quarantined")),
            )
            for row in rows
        ],
    )
    for row in rows:
        if row["missing_dates"]:
            say(f"gap      {row['source']}/{row['table']}: {', '.join(row['missing_dates'])}")


def files(rows: Sequence[Row]) -> None:
    """One line per file."""
    if not rows:
        say("no file")
        return
    head = ("table", "date", "file", "state", "reason", "records", "loaded", "set aside")
    table(
        head,
        [
            (
                f"{row['source']}/{row['table']}",
                row["business_date"] or "",
                _short(row["file"]),
                row["state"],
                row["reason_code"] or "",
                *(row[name] for name in ("records_in", "loaded", "quarantined")),
            )
            for row in rows
        ],
    )


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
        name = f"{row['source']}/{row['table']}"
        key = (name, row["reason_code"], row["reason"], row["column_name"] or "")
        counted[key] += 1
        where.setdefault(key, set()).add(row["file_id"])
    head = ("table", "code", "reason", "column", "records", "files")
    table(head, [(*key, count, len(where[key])) for key, count in sorted(counted.items())])


def locators(rows: Sequence[Row], names: Mapping[object, object]) -> None:
    """Where in which file a record set aside stands."""
    say()
    head = ("file", "record", "column", "code", "stored as")
    table(
        head,
        [
            (
                _short(names.get(row["file_id"], "")),
                row["record_number"],
                row["column_name"] or "",
                row["reason_code"],
                row["file_id"],
            )
            for row in rows[:SHOWN]
        ],
    )
    _more(rows)


def replay(rows: Sequence[Row]) -> None:
    """Files the next run reads again."""
    if not rows:
        say("nothing would change: contracts and key are those the files were read with")
        return
    counted: Counter[tuple] = Counter()
    set_aside: Counter[tuple] = Counter()
    for row in rows:
        key = (f"{row['source']}/{row['table']}", row["state"], row["reason_code"] or "")
        counted[key] += 1
        set_aside[key] += row["set_aside"]
    body = [(*key, files, set_aside[key]) for key, files in sorted(counted.items())]
    table(("table", "state now", "reason", "files", "set aside"), body)
    say(f"the next run reads {len(rows)} file(s) again from the store")


def findings(rows: Sequence[Row]) -> None:
    """What is unusual, what that means, and who accepted it why."""
    if not rows:
        say("nothing unusual")
        return
    head = ("finding", "effect", "code", "what", "place", "date", "observed", "usual")
    table(
        head,
        [
            (
                row["finding"],
                "accepted" if row["accepted"] else row["effect"],
                row["code"],
                row["what"],
                _short(".".join(str(row[k]) for k in ("source", "table", "column") if row[k])),
                row["business_date"],
                f"{row['observed']:.4g}",
                f"{row['usual']:.4g}",
            )
            for row in rows
        ],
    )


def restatements(rows: Sequence[Row]) -> None:
    """Which generation changed which earlier days."""
    if not rows:
        say("no day published before has changed")
        return
    head = ("generation", "table", "date", "why", "late", "days", "from", "to", "closed")
    table(
        head,
        [
            (
                row["generation"],
                f"{row['source']}/{row['table']}",
                row["business_date"],
                row["reason"],
                row["late_by_days"],
                row["days_count"],
                row["days"][0].split("/")[0] if row["days"] else "",
                row["days"][-1].split("/")[-1] if row["days"] else "",
                "yes" if row["is_closed"] else "",
            )
            for row in rows
        ],
    )


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
