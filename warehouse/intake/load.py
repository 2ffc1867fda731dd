"""One stored file to good rows, identifiers and refused records, each to its own zone.

Runs in a worker and touches neither landing nor ledger: nothing it writes counts until the ledger
says so. What does not belong here: which file, in which order, instead of which other.
"""

from contextlib import suppress

import duckdb

from warehouse.errors import RapportError
from warehouse.intake.careful import load_carefully
from warehouse.intake.decode import text_blocks
from warehouse.intake.fast import load_fast
from warehouse.intake.slices import UnusualError
from warehouse.intake.task import Loaded, Task, Worker
from warehouse.pseudonym import Pseudonyms
from warehouse.sandbox import scrubbed
from warehouse.settings import Settings
from warehouse.store import stored

__all__ = ["Loaded", "Task", "load"]


def load(
    con: duckdb.DuckDBPyConnection, settings: Settings, keys: Pseudonyms, task: Task
) -> Loaded:
    """Load one file with one worker's connection."""
    source = settings.store / task.sha256 if task.is_fresh else stored(settings, task.sha256)
    worker = Worker(con, settings, keys, task, source)
    try:
        with scrubbed():
            _hold_to_manifest(worker)
            if task.contract.format != "jsonl":
                with suppress(UnusualError):
                    return load_fast(worker)
            return load_carefully(worker)
    except RapportError as error:
        if not error.code.startswith("RP-1"):
            raise
        return Loaded(refusal=error)


def _hold_to_manifest(worker: Worker) -> None:
    """Refuse bytes that are not those announced; a cut file is called cut, not different."""
    manifest = worker.task.manifest
    if not manifest or manifest.sha256 == worker.task.sha256:
        return
    try:
        for _ in text_blocks(worker.source, worker.task.contract, worker.work("text")):
            pass
    except RapportError as error:
        if error.code in ("RP-1004", "RP-1005", "RP-1006"):
            raise
    raise RapportError("RP-1010", problem="sha256_differs", expected_rows=manifest.rows) from None
