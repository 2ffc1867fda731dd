"""Cuts decoded CSV text into slices that hold whole records, so that memory is bounded by a slice.

In well-formed CSV a newline ends a record exactly when an even number of quotes lies before it. A
file that is not well formed is found out by the parser in the slice where its first fault lies,
because every slice before that one was cut rightly. What does not belong here: parsing.
"""

from collections.abc import Iterator

SLICE_BYTES = 8 << 20


class UnusualError(Exception):
    """Something the fast way does not judge; the careful way will."""


def cut(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield slices of some `SLICE_BYTES`, each ending where a record ends."""
    held: list[bytes] = []
    size = 0
    for block in blocks:
        if b"\0" in block:
            raise UnusualError
        held.append(block)
        size += len(block)
        if size >= SLICE_BYTES:
            text = b"".join(held)
            end = record_end(text)
            if not end:
                raise UnusualError  # no record is that long
            yield _usual(text[:end])
            held = [text[end:]]
            size = len(held[0])
    if size:
        yield _usual(b"".join(held))


def _usual(text: bytes) -> bytes:
    """Refuse a carriage return that ends no line: parsers differ on whether it does."""
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        raise UnusualError
    return text


def record_end(text: bytes, first: bool = False) -> int:
    """Offset behind the last (or first) record that ends in `text`; 0 when none does."""
    if not first and b'"' not in text:  # as most exports are; looking is faster than counting
        return text.rfind(b"\n") + 1
    if first:
        end = text.find(b"\n") + 1
        while end and text.count(b'"', 0, end) % 2:
            end = text.find(b"\n", end) + 1
        return end
    end = text.rfind(b"\n") + 1
    is_inside = text.count(b'"', 0, end) % 2
    while is_inside and end:
        before = text.rfind(b"\n", 0, end - 1) + 1
        is_inside = (is_inside + text.count(b'"', before, end)) % 2
        end = before
    return end
