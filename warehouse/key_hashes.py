"""Whether any key occurs twice in a file, from the hashes of its keys, in bounded memory.

A repeated hash may be a coincidence (once in millions of files); the careful way then finds nothing
to settle. What does not belong here: which records repeat.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

PART = 2_000_000
"""Hashes held at a time: 16 MB, and as much again while they are sorted."""


class KeyHashes:
    """Hashes on their way to a work file; use as a context."""

    def __init__(self, path: Path) -> None:
        """Take a path that is written only when there are many hashes."""
        self._path = path
        self._held: list[np.ndarray] = []
        self._held_count = self._count = 0

    def __enter__(self) -> "KeyHashes":
        """Start empty."""
        return self

    def __exit__(self, *failure: object) -> None:
        """Leave nothing behind."""
        self._path.unlink(missing_ok=True)

    def add(self, hashes: np.ndarray) -> None:
        """Take the hashes of a few records."""
        self._held.append(hashes)
        self._held_count += len(hashes)
        self._count += len(hashes)
        if self._held_count > PART:
            with self._path.open("ab") as out:
                for held in self._held:
                    held.tofile(out)
            self._held, self._held_count = [], 0

    def repeat(self) -> bool:
        """Whether any hash occurred twice; looks at one part of all hashes at a time."""
        parts = 1 << (self._count // PART).bit_length()
        return any(self._part_repeats(part, parts) for part in range(parts))

    def _part_repeats(self, part: int, parts: int) -> bool:
        bits = np.uint64(parts - 1)
        chosen = [some[(some & bits) == part] for some in self._chunks()]
        found = np.sort(np.concatenate(chosen)) if chosen else np.empty(0)
        return bool((found[1:] == found[:-1]).any())

    def _chunks(self) -> Iterator[np.ndarray]:
        yield from self._held
        if self._path.exists():
            with self._path.open("rb") as kept:
                while len(chunk := np.fromfile(kept, dtype=np.uint64, count=PART // 4 + 1)):
                    yield chunk
