"""Makes one complete generation the one that readers see, or an earlier one again.

A generation is written beside the others under a temporary name, made durable and renamed; then one
symbolic link is replaced. A reader that resolves `published/current` once sees one generation
whatever happens meanwhile. The ledger learns of the intent first, so that a run that was overtaken
can never publish over a newer one. What does not belong here: what a generation holds.
"""

import fcntl
import json
import logging
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from expectations.results import GateResult, require_all_green
from warehouse.deliveries import restatement
from warehouse.deliveries.dq import write_restatements
from warehouse.deliveries.restatement import Restatement
from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.files import commit_folder, sync_folder
from warehouse.ledger import Ledger
from warehouse.publication.generation import build, is_sound, read_manifest
from warehouse.publication.published import (
    CLAIMED,
    CURRENT,
    PUBLISHED,
    ROLLED_BACK,
    current,
    discard,
    generations,
    prune,
    publication_order,
)
from warehouse.settings import Settings

log = logging.getLogger("rapport")

GATES = "gates.json"
RESTATEMENTS = "restatements.json"
"""What a generation says anew about earlier days: history, so no part of its content digest."""


@dataclass(frozen=True)
class PublishResult:
    """What readers see now, and whether that changed."""

    generation_id: str
    path: Path
    changed: bool
    rows: dict[str, int]
    content_digest: str


def publish(
    settings: Settings,
    generation_id: str,
    as_of: date,
    fence: int,
    gates: Sequence[GateResult],
) -> PublishResult:
    """Publish what lies in schema `marts` as a generation; a generation that is out stays as it is.

    Args:
        settings: The installation.
        generation_id: Digest of everything the marts were made from.
        as_of: Day of the run.
        fence: Number of the run in the ledger.
        gates: Results of the run's gates. They only say which run it is: what counts is what the
            gates have left on disk, which is read again here.

    Raises:
        RapportError: RP-2001 or RP-2002 when a gate of the run is red or missing, RP-3009 when a
            newer run has published.
    """
    runs = {gate.run_id for gate in gates}
    if len(runs) != 1:
        raise RapportError("RP-2002", stage="all", reason="no_single_run")
    gates = require_all_green(settings, runs.pop(), as_of)
    folder = settings.published / generation_id
    with _one_at_a_time(settings), _ledger(settings) as ledger:
        newest = ledger.last_published_fence()
        if newest > fence:
            raise RapportError("RP-3009", fence=fence, newest=newest)
        sound = is_sound(folder)
        changed = not sound or current(settings) != generation_id
        restated = restatement.since_last(ledger, settings, as_of)
        if not sound:
            _build(settings, folder, as_of, gates, restated)
        if changed:
            ledger.record_generation(generation_id, fence, as_of, CLAIMED)
            _point(settings, generation_id)
        if changed or newest < fence:
            events = restatement.events_of(generation_id, restated)
            ledger.record_generation(generation_id, fence, as_of, PUBLISHED, events)
            write_restatements(settings, ledger)
        prune(settings, ledger)
    manifest = read_manifest(folder) or {}
    log.info("generation %s is %s", generation_id, "published" if changed else "out already")
    rows = {name: mart["rows"] for name, mart in manifest["marts"].items()}
    return PublishResult(generation_id, folder, changed, rows, manifest["content_digest"])


def rollback(settings: Settings, generation: str | None = None) -> str:
    """Publish an earlier generation again, the one named or the one before; return its id.

    Raises:
        RapportError: RP-3010 when it is not there in full.
    """
    with _one_at_a_time(settings), _ledger(settings) as ledger:
        order, out = publication_order(ledger), current(settings)
        if generation is None:
            earlier = order[: order.index(out)] if out in order else order
            there = [name for name in earlier if is_sound(settings.published / name)]
            generation = there[-1] if there else None
        if generation not in generations(settings):
            raise RapportError("RP-3010", generation=generation)
        folder = settings.published / generation
        if not is_sound(folder):
            raise RapportError("RP-3010", generation=generation, reason="damaged")
        if generation != out:
            _point(settings, generation)
            as_of = date.fromisoformat((read_manifest(folder) or {})["as_of_date"])
            fence = ledger.last_published_fence()
            ledger.record_generation(generation, fence, as_of, ROLLED_BACK)
    log.info("generation %s is published again", generation)
    return generation


def _build(
    settings: Settings,
    folder: Path,
    as_of: date,
    gates: Sequence[GateResult],
    restated: Sequence[Restatement],
) -> None:
    """Build under a temporary name, make it durable, give it its name."""
    temporary = folder.with_name(f".tmp-{folder.name}")
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir(parents=True)
    try:
        build(settings, temporary, folder.name, as_of)
        # not whose run it was: the same generation has the same bytes
        shown = [asdict(gate) | {"run_id": ""} for gate in gates]
        _write(shown, temporary / GATES)
        _write([asdict(found) for found in restated], temporary / RESTATEMENTS)
        discard(folder)  # only a damaged one can stand there
        commit_folder(temporary, folder, "generation_durable generation_renamed")
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise


def _write(content: object, path: Path) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1, default=str) + "\n")


def _point(settings: Settings, generation_id: str) -> None:
    """Replace the pointer in one step."""
    temporary = settings.published / ".current"
    temporary.unlink(missing_ok=True)
    temporary.symlink_to(generation_id)
    fault_point("pointer_before")
    temporary.replace(settings.published / CURRENT)
    sync_folder(settings.published)
    fault_point("pointer_after")


@contextmanager
def _ledger(settings: Settings) -> Iterator[Ledger]:
    ledger = Ledger(settings.ledger_file)
    try:
        yield ledger
    finally:
        ledger.close()


@contextmanager
def _one_at_a_time(settings: Settings) -> Iterator[None]:
    """Between looking at the fence and moving the pointer nobody else may do either."""
    settings.published.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.published / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
