"""The content-addressed store: the delivered bytes as they were, each under its sha256.

Everything else on disk can be rebuilt from here and the ledger. Restricted: the bytes hold
identifiers. Names from outside end here; from now on a file is its digest. What does not belong
here: decoding.
"""

import hashlib
import os
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO

from warehouse.errors import RapportError
from warehouse.files import commit_file
from warehouse.settings import Settings

BLOCK = 1 << 18
"""Small enough to be written and hashed while it is in the processor's cache."""


def private_folder(path: Path) -> Path:
    """Return the folder, made with access for its owner only."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)
    return path


def keep(settings: Settings, source: BinaryIO) -> tuple[str, int]:
    """Copy an open file into the store, the same bytes once; return its sha256 and size."""
    folder = private_folder(settings.store)
    unfinished = folder / f".part-{os.getpid()}-{id(source)}"
    digest = hashlib.sha256()
    size = 0
    try:
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "wb") as out, ThreadPoolExecutor(1) as beside:
            written: Future[int] | None = None
            while block := source.read(BLOCK):
                if written:
                    written.result()
                written = beside.submit(out.write, block)  # on the other core while this one hashes
                digest.update(block)
                size += len(block)
            if written:
                written.result()
        final = folder / digest.hexdigest()
        commit_file(unfinished, final, "store_before_rename store_after_rename")
    finally:
        unfinished.unlink(missing_ok=True)
    return digest.hexdigest(), size


def stored(settings: Settings, sha256: str) -> Path:
    """Return the path of stored bytes after checking that they are still what was delivered."""
    path = settings.store / sha256
    digest = hashlib.sha256()
    try:
        with path.open("rb") as source:
            while block := source.read(BLOCK):
                digest.update(block)
    except FileNotFoundError:
        raise RapportError("RP-3008", file=sha256[:16], problem="missing") from None
    if digest.hexdigest() != sha256:
        raise RapportError("RP-3008", file=sha256[:16], problem="changed")
    return path


def sweep(settings: Settings) -> None:
    """Remove what an interrupted copy has left."""
    for leftover in settings.store.glob(".part-*"):
        leftover.unlink(missing_ok=True)
