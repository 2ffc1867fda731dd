"""What lies in `published/`: which generations are complete, which is current, which may go.

What does not belong here: writing a generation (generation.py), moving the pointer (publish.py).
"""

import shutil
from pathlib import Path

from warehouse.faults import fault_point
from warehouse.ledger import Ledger
from warehouse.publication.generation import read_manifest
from warehouse.settings import Settings

CURRENT = "current"
CLAIMED, PUBLISHED, ROLLED_BACK = "claimed", "published", "rolled_back"
"""States in the ledger; a claim comes before the pointer moves."""


def current(settings: Settings) -> str | None:
    """Id of the generation that readers see."""
    pointer = settings.published / CURRENT
    return pointer.readlink().name if pointer.is_symlink() else None


def generations(settings: Settings) -> list[str]:
    """Ids of the complete generations on disk."""
    folders = settings.published.glob("[!.]*") if settings.published.exists() else []
    return sorted(f.name for f in folders if not f.is_symlink() and read_manifest(f))


def publication_order(ledger: Ledger) -> list[str]:
    """Generations in the order in which they were first published."""
    history = [g.generation_id for g in ledger.generations() if g.state != CLAIMED]
    return list(dict.fromkeys(history))


def prune(settings: Settings, ledger: Ledger) -> None:
    """Keep the newest generations and the current one, and clear what a crash has left."""
    order = {name: place for place, name in enumerate(publication_order(ledger))}
    there = sorted(generations(settings), key=lambda name: order.get(name, -1))
    kept = {*there[-settings.keep_generations :], current(settings)}
    for name in there:
        if name not in kept:
            discard(settings.published / name)
    for left in settings.published.glob(".t*-*"):
        shutil.rmtree(left, ignore_errors=True)
    fault_point("generations_pruned")


def discard(folder: Path) -> None:
    """Take a generation away at once; a reader that is in it keeps what it has open."""
    if folder.exists():
        trash = folder.with_name(f".trash-{folder.name}")
        shutil.rmtree(trash, ignore_errors=True)
        folder.rename(trash)
        shutil.rmtree(trash, ignore_errors=True)
