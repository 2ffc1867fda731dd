"""Whether any key occurs twice in a file, from the hashes of its keys, in bounded memory.

A repeated hash may be a coincidence (once in millions of files); the careful way then finds nothing
to settle. What does not belong here: which records repeat.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

PART = 2_000_000
"""Hashes held at a time: 16 MB, and as much again while they are sorted."""


class KeyHashes:
    """Hashes on their way to a work file, in sorted runs; use as a context."""

    def __init__(self, path: Path) -> None:
        """Take a path that is written only when there are many hashes."""
        self._path = path
        self._held: list[np.ndarray] = []
        self._held_count = 0
        self._runs: list[int] = []

    def __enter__(self) -> "KeyHashes":
        """Start empty."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Leave nothing behind."""
        self._path.unlink(missing_ok=True)

    def add(self, hashes: np.ndarray) -> None:
        """Take the hashes of a few records; quickest when they are sorted."""
        self._held.append(hashes)
        self._held_count += len(hashes)
        if self._held_count > PART:
            with self._path.open("ab") as out:
                self._sorted().tofile(out)
            self._runs.append(self._held_count)
            self._held, self._held_count = [], 0

    def repeat(self) -> bool:
        """Whether any hash occurred twice; looks at one range of values in all runs at a time."""
        runs = [self._sorted()]
        if self._runs:
            kept = np.memmap(self._path, np.uint64, "r")
            runs += np.split(kept, np.cumsum(self._runs)[:-1])
        parts = len(runs)
        borders = np.array([(part << 64) // parts for part in range(1, parts)], np.uint64)
        ranges = zip(*(np.split(run, np.searchsorted(run, borders)) for run in runs), strict=True)
        return any(_repeats(_merged(pieces)) for pieces in ranges)

    def _sorted(self) -> np.ndarray:
        return _merged(self._held) if self._held else np.empty(0, np.uint64)


def _merged(runs: Sequence[np.ndarray]) -> np.ndarray:
    """Several runs in one order; numpy's stable sort merges what is already sorted."""
    return np.sort(np.concatenate(runs), kind="stable")


def _repeats(hashes: np.ndarray) -> bool:
    return bool((hashes[1:] == hashes[:-1]).any())
