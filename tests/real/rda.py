"""Reads what R's `save` writes: vectors, lists and S4 objects, as values with attributes.

Format: R Internals, section 1.8 (serialization, XDR). Enough for data packages; functions and
environments are refused. What does not belong here: what the data mean.
"""

import bz2
import gzip
import lzma
import struct
from dataclasses import dataclass, field
from pathlib import Path

NILVALUE, GLOBALENV, REFERENCE = 254, 253, 255
SYMBOL, PAIRS, CHARS, LOGICALS, INTEGERS, DOUBLES, STRINGS, ITEMS, S4 = (
    1,
    2,
    9,
    10,
    13,
    14,
    16,
    19,
    25,
)
OPENERS = {b"\x1f\x8b": gzip.decompress, b"BZ": bz2.decompress, b"\xfd7": lzma.decompress}


@dataclass
class Value:
    """One R value: its content (a list, or None for an S4 object) and its attributes or slots."""

    content: list | None = None
    attributes: dict = field(default_factory=dict)

    def __getitem__(self, name: str) -> "Value":
        """Return an attribute or slot."""
        return self.attributes[name]


def load(path: Path) -> dict[str, Value]:
    """Return every object of an .rda file by name."""
    packed = path.read_bytes()
    return _Reader(OPENERS.get(packed[:2], bytes)(packed)).objects()


class _Reader:
    def __init__(self, data: bytes) -> None:
        if data[:7] not in (b"RDX2\nX\n", b"RDX3\nX\n"):
            raise ValueError("not an XDR workspace of R")
        self.data, self.at, self.symbols = data, 7, []
        version, _, _ = self._numbers("i", 3)
        if version == 3:  # the name of the writer's encoding
            self.at += self._numbers("i", 1)[0]

    def objects(self) -> dict[str, Value]:
        return self._value()

    def _numbers(self, code: str, count: int) -> tuple:
        found = struct.unpack_from(f">{count}{code}", self.data, self.at)
        self.at += struct.calcsize(f">{count}{code}")
        return found

    def _value(self):
        (flags,) = self._numbers("i", 1)
        kind, has_attributes, has_tag = flags & 255, flags & 512, flags & 1024
        if kind in (NILVALUE, GLOBALENV):
            return None
        if kind == REFERENCE:
            return self.symbols[(flags >> 8 or self._numbers("i", 1)[0]) - 1]
        if kind == SYMBOL:
            self.symbols.append(self._value())
            return self.symbols[-1]
        if kind == PAIRS:
            return self._pairs(has_attributes, has_tag)
        if kind == S4:
            return Value(None, self._value())
        (length,) = self._numbers("i", 1)
        if kind == CHARS:
            self.at += max(length, 0)
            return self.data[self.at - length : self.at].decode() if length >= 0 else None
        if kind in (LOGICALS, INTEGERS):
            content = list(self._numbers("i", length))
        elif kind == DOUBLES:
            content = list(self._numbers("d", length))
        elif kind in (STRINGS, ITEMS):
            content = [self._value() for _ in range(length)]
        else:
            raise ValueError(f"R type {kind} is not data")
        return Value(content, self._value() if has_attributes else {})

    def _pairs(self, has_attributes: int, has_tag: int) -> dict:
        found = {}
        while True:
            if has_attributes:
                self._value()
            name = self._value() if has_tag else str(len(found))
            found[name] = self._value()
            (flags,) = self._numbers("i", 1)
            if flags & 255 != PAIRS:
                return found
            has_attributes, has_tag = flags & 512, flags & 1024
