"""One run at a time: an advisory lock on a file, released by the kernel however the process ends.

What does not belong here: fencing (the ledger's numbers), waiting.
"""

import fcntl
import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from warehouse.errors import RapportError
from warehouse.settings import Settings


@contextmanager
def lease(settings: Settings) -> Iterator[None]:
    """Hold the right to change this installation; raise RP-3002 naming who holds it."""
    settings.home.mkdir(parents=True, exist_ok=True)
    handle = os.open(settings.home / "run.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RapportError("RP-3002", **_holder(handle)) from None
        since = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        os.ftruncate(handle, 0)
        os.pwrite(handle, json.dumps({"pid": os.getpid(), "since": since}).encode(), 0)
        yield
    finally:
        os.close(handle)


def holder(settings: Settings) -> dict[str, object] | None:
    """Who holds the right to change this installation; None when nobody does."""
    try:
        handle = os.open(settings.home / "run.lock", os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(handle)
    finally:
        os.close(handle)
    return None


def _holder(handle: int) -> dict[str, object]:
    try:
        holder = json.loads(os.pread(handle, 200, 0))
        return {"pid": int(holder["pid"]), "since": str(holder["since"])[:20]}
    except (ValueError, KeyError, TypeError):
        return {"pid": "unknown"}
