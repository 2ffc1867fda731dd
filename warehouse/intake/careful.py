"""Loads a file record by record: what is refused and what repeats is listed, the rest is written.

What does not belong here: how records are judged (`parse`).
"""

from collections import Counter

import pyarrow as pa

from warehouse.errors import RapportError
from warehouse.files import ROW_GROUP_ROWS
from warehouse.intake.decode import decode
from warehouse.intake.duplicates import settle_duplicates
from warehouse.intake.parse import Parsed, parse
from warehouse.intake.rows import RowWriter, part, write_quarantine
from warehouse.intake.task import Loaded, Worker, notes

FEW_RECORDS = 5
"""So many bad records never refuse a file, however small it is."""
TABLES = ("good", "rows", "refused", "dropped", "repeated")


def load_carefully(worker: Worker) -> Loaded:
    """Load one file whatever is in it."""
    text, clean = worker.work("text"), worker.work("clean")
    try:
        decoded = decode(worker.source, worker.task.contract, text)
        parsed = parse(worker.con, worker.task.contract, decoded, clean, worker.task.latest)
        worker.task.check_rows(parsed.records_in)
        return _part_good_from_bad(worker, parsed)
    finally:
        for path in (text, clean):
            path.unlink(missing_ok=True)
        for table in TABLES:
            kind = "view" if table == "good" else "table"
            worker.con.execute(f"drop {kind} if exists {table}")


def _part_good_from_bad(worker: Worker, parsed: Parsed) -> Loaded:
    task, con = worker.task, worker.con
    dropped = settle_duplicates(con, task.contract)
    bad = con.execute("select count(distinct record) from refused").fetchone()[0]
    if bad:
        write_quarantine(con, worker.settings, task.place)
    limit = task.contract.quarantine_limit_share * parsed.records_in
    if bad > max(limit, FEW_RECORDS):
        refusal = RapportError("RP-1016", records=parsed.records_in, bad_records=bad)
        return Loaded(parsed.records_in, quarantined=parsed.records_in, refusal=refusal)
    days = _write_good(worker, parsed)
    loaded = parsed.records_in - bad - dropped
    said = notes(task, parsed.reading, parsed.sentinels)
    return Loaded(parsed.records_in, loaded, bad, dropped, dict(days), said)


def _write_good(worker: Worker, parsed: Parsed) -> Counter:
    task, days = worker.task, Counter()
    batches = worker.con.sql("from good order by _record").to_arrow_reader(ROW_GROUP_ROWS)
    with RowWriter(worker.settings, task.contract, task.place) as writer:
        for batch in batches:
            rows = pa.Table.from_batches([batch])
            parted = part(task.contract, worker.keys, task.file_id, parsed.reading.extras, rows)
            writer.write(parted, rows["_record"])
            days += parted.days
    return days
