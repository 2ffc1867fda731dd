"""What people and tables are told about deliveries: files, records set aside, what waits.

Rows of plain values under stable names, read from the ledger, the lake's quarantine and the landing
folder. Names, dates, codes and counts only. What does not belong here: printing, deciding.
"""

from collections.abc import Iterable, Mapping
from datetime import date

import duckdb

from warehouse.contract import TableContract
from warehouse.deliveries import freshness
from warehouse.errors import CATALOGUE
from warehouse.intake import landing
from warehouse.intake.accepted import Accepted
from warehouse.intake.landing import MANIFEST, Landed
from warehouse.intake.outcome import safe_name
from warehouse.ledger import Ledger
from warehouse.ledger.files import FileRecord
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

Contracts = Mapping[tuple[str, str], TableContract]
Row = dict[str, object]
COUNTS = ("records_in", "loaded", "quarantined", "deduplicated", "superseded")
STATES = ("loaded", "quarantined", "superseded", "duplicate")


def files(ledger: Ledger) -> list[Row]:
    """One row per delivered content, newest business date last."""
    rows = []
    for file in ledger.files():
        row = {
            "source": file.source,
            "table": file.table,
            "business_date": file.business_date.isoformat() if file.business_date else None,
            "part": file.part,
            "file": file.name,
            "file_id": file.file_id,
            "state": file.state,
            "reason_code": file.reason_code,
            "reason": CATALOGUE[file.reason_code].name if file.reason_code else None,
            "bytes": file.bytes,
        }
        rows.append(row | {name: getattr(file, name) for name in COUNTS})
    return rows


def tables(ledger: Ledger, contracts: Contracts, as_of: date | None) -> list[Row]:
    """One row per table under contract: its files by state, its records, its missing days."""
    found: dict[tuple[str, str], list[FileRecord]] = {key: [] for key in contracts}
    for file in ledger.files():
        found.setdefault((file.source, file.table), []).append(file)
    day = as_of or newest(ledger)
    states = freshness.of_all(ledger, contracts, day) if day else []
    missing = {(state.source, state.table): state.missing for state in states}
    rows = []
    for (source, table), delivered in sorted(found.items()):
        dates = [file.business_date for file in delivered if file.state in freshness.STANDS]
        counts = {name: sum(getattr(file, name) for file in delivered) for name in COUNTS}
        rows.append(
            {
                "source": source,
                "table": table,
                "last_date": max(dates).isoformat() if dates else None,
                "missing_dates": [str(d) for d in missing.get((source, table), ())],
                "files": len(delivered),
                **{f"files_{s}": sum(f.state == s for f in delivered) for s in STATES},
                **counts,
            }
        )
    return rows


def waiting(settings: Settings, ledger: Ledger, contracts: Contracts) -> list[Row]:
    """Landed files that no intake has dealt with as they now are, and what each waits for."""
    known = ledger.observations()
    rows = []
    for landed in landing.look(settings.landing, contracts):
        looks = landed.looks.items()
        if any(
            path not in known or not known[path].is_done or not known[path].looks_like(seen)
            for path, seen in looks
        ):
            source, table = (*landed.folder, "", "")[:2]
            day = landed.business_date.isoformat() if landed.business_date else None
            place = {"source": source, "table": table, "business_date": day}
            rows.append(place | {"file": safe_name(landed), "waits_for": _waits_for(landed)})
    return rows


def _waits_for(landed: Landed) -> str:
    if landed.problem:
        return f"nothing: {landed.problem} {CATALOGUE[landed.problem].name}"
    insists = landed.contract is not None and landed.contract.manifest == "required"
    return f"its {MANIFEST} manifest" if insists and not landed.manifest_seen else "the next run"


def set_aside(settings: Settings) -> list[Row]:
    """One row per record set aside: where it stands in which stored file, and why."""
    pattern = settings.lake / "quarantine" / "*" / "*" / "*" / "*.parquet"
    if not any(settings.lake.glob("quarantine/*/*/*/*.parquet")):
        return []
    depth = len((settings.lake / "quarantine").parts) + 1
    with duckdb.connect() as con:
        found = con.execute(
            f"""select file_id, split_part(filename, '/', {depth}), record_number, reason_code,
                column_name, split_part(filename, '/', {depth + 1}),
                split_part(split_part(filename, '/', {depth + 2}), '=', 2)
            from read_parquet('{pattern}', filename = true, hive_partitioning = false)
            order by 2, 6, 7, 1, 3, 4, 5 nulls first"""
        ).fetchall()
    names = ("file_id", "source", "record_number", "reason_code", "column_name", "table")
    return [
        dict(zip((*names, "business_date"), row, strict=True)) | {"reason": CATALOGUE[row[3]].name}
        for row in found
    ]


def replay(settings: Settings, ledger: Ledger, contracts: Contracts) -> list[Row]:
    """The files that the next intake reads again, because contract or key would read them anew."""
    keys = Pseudonyms.load(settings, ledger.has_files())
    accepted = Accepted(ledger, contracts, keys.key_version)
    return [
        {
            "source": file.source,
            "table": file.table,
            "business_date": file.business_date.isoformat(),
            "file": file.name,
            "file_id": file.file_id,
            "state": file.state,
            "reason_code": file.reason_code,
            "set_aside": file.quarantined,
        }
        for file in accepted.files()
        if accepted.is_stale(file)
    ]


def newest(ledger: Ledger) -> date | None:
    """The newest business date delivered."""
    return max((file.business_date for file in ledger.active_files()), default=None)


def only(
    rows: Iterable[Row], source: str | None, table: str | None, since: date | None = None
) -> list[Row]:
    """Rows of a source, of a table (`bills` or `boss/bills`), of a date on or after a day."""
    first = since.isoformat() if since else ""
    return [
        row
        for row in rows
        if (source is None or row["source"] == source)
        and (table is None or table in (row["table"], f"{row['source']}/{row['table']}"))
        and (not first or str(row.get("business_date") or row.get("last_date") or "") >= first)
    ]
