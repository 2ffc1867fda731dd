"""From landed names to stored contents: what is new, what is complete, and its bytes kept.

What does not belong here: what a content means for the warehouse (`intake`), how a file is parsed
(`load`).
"""

import logging
import time
from collections.abc import Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, replace

from warehouse.contract import TableContract
from warehouse.errors import RapportError
from warehouse.intake.landing import Landed, Manifest, far_ahead, look, open_landed, read_manifest
from warehouse.ledger import Ledger, clock
from warehouse.ledger.files import Observation
from warehouse.settings import Settings
from warehouse.store import keep

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class Arrival:
    """A landed file whose bytes are in the store."""

    landed: Landed
    sha256: str
    bytes: int
    manifest: Manifest | None
    is_known: bool = False
    """Whether this very file was dealt with before, so that only its manifest is new."""

    @property
    def contradicts_manifest(self) -> bool:
        """Whether the sender announced other bytes."""
        return self.manifest is not None and self.manifest.sha256 != self.sha256


@dataclass(frozen=True)
class Arrivals:
    """What one look at the landing folder gave."""

    ready: list[Arrival]
    unsafe: list[Landed]
    waiting: list[Landed]


def take(
    settings: Settings,
    ledger: Ledger,
    contracts: Mapping[tuple[str, str], TableContract],
    pool: Executor,
) -> Arrivals:
    """Find every new and complete file and copy it into the store."""
    known = ledger.observations()

    def is_done(path: bytes, seen: Observation) -> bool:
        return path in known and known[path].is_done and known[path].looks_like(seen)

    everything = look(settings.landing, contracts)
    alone = far_ahead(
        [landed.business_date for landed in everything if landed.business_date]
        + [file.business_date for file in ledger.active_files()]
    )
    fresh = [
        landed
        for landed in everything
        if not all(is_done(path, seen) for path, seen in landed.looks.items())
    ]
    unsafe = [landed for landed in fresh if landed.problem]
    held = [landed for landed in fresh if not landed.problem and landed.business_date in alone]
    for landed in held:
        log.warning("%s", RapportError("RP-1019", table="/".join(landed.folder)))
    candidates = [landed for landed in fresh if not landed.problem and landed not in held]
    announced = {
        landed.path: manifest
        for landed in candidates
        if landed.manifest_seen and (manifest := read_manifest(settings.landing, landed))
    }
    quiet = _quiet(settings, ledger, contracts, [c for c in candidates if not _needs(c)])
    ready, waiting = [], held
    for landed in candidates:
        complete = landed.path in announced if _needs(landed) else landed.look_key in quiet
        (ready if complete else waiting).append(landed)
    kept = pool.map(lambda landed: _keep(settings, landed, announced.get(landed.path)), ready)
    arrivals = []
    for landed, arrival in zip(ready, kept, strict=True):
        if arrival is None:
            waiting.append(landed)
        else:
            was_known = is_done(landed.look_key, landed.seen)
            arrivals.append(replace(arrival, is_known=was_known))
    return Arrivals(arrivals, unsafe, waiting)


def _needs(landed: Landed) -> bool:
    """Whether a file waits for its manifest: the contract insists, or one has begun to arrive."""
    insists = landed.contract is not None and landed.contract.manifest == "required"
    return insists or landed.manifest_seen is not None


def _quiet(
    settings: Settings,
    ledger: Ledger,
    contracts: Mapping[tuple[str, str], TableContract],
    candidates: list[Landed],
) -> set[bytes]:
    """Look keys of files that two looks, far enough apart, saw unchanged: one wait for all."""
    if not candidates:
        return set()
    known = ledger.observations()
    now = clock()
    first = {}
    for landed in candidates:
        before = known.get(landed.look_key)
        is_same = before is not None and before.looks_like(landed.seen)
        first[landed.look_key] = before if is_same else landed.seen
    ledger.remember({key: seen for key, seen in first.items() if known.get(key) != seen})
    recent = [s for s in first.values() if not 0 <= settings.settle_seconds <= now - s.seen_at]
    if not recent:
        return set(first)
    time.sleep(settings.settle_seconds)
    again = {landed.look_key: landed.seen for landed in look(settings.landing, contracts)}
    return {key for key, seen in first.items() if key in again and again[key].looks_like(seen)}


def _keep(settings: Settings, landed: Landed, manifest: Manifest | None) -> Arrival | None:
    """Copy a file into the store; None when it changed under our hands."""
    source = open_landed(settings.landing, landed)
    if source is None:
        return None
    with source:
        sha256, size = keep(settings, source)
    if size != landed.seen.size:
        return None
    made_before = landed.manifest_seen and landed.manifest_seen.mtime_ns < landed.seen.mtime_ns
    if manifest and manifest.sha256 != sha256 and made_before:
        return None  # the manifest of the version before: this version's is still to come
    return Arrival(landed, sha256, size, manifest)


def done(landed: Landed) -> dict:
    """The looks at a file that has been dealt with, as the ledger remembers them."""
    return {path: replace(seen, is_done=True) for path, seen in landed.looks.items()}
