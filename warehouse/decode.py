"""Stored bytes to strict UTF-8 text: inflate with a limit, decode without mercy, judge the ends.

Nothing is ever replaced or skipped: a byte that does not decode refuses the file. What does not
belong here: records, columns.
"""

import codecs
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from warehouse.contract import TableContract
from warehouse.errors import RapportError

BLOCK = 1 << 20
MAX_RATIO = 200
"""A delivered export shrinks 3 to 20 times; a bomb of zeros 1,000 times."""
MAX_BYTES = 64 << 30
SUSPECT_LETTERS = 16
"""So many letters outside ASCII that are all valid UTF-8 are not GB18030 by accident."""


@dataclass(frozen=True)
class Decoded:
    """A file of UTF-8 text without byte order mark, ending in a newline."""

    path: Path
    lines: int
    has_nul: bool


def decode(stored: Path, contract: TableContract, work: Path) -> Decoded:
    """Return the text of a stored file: the file itself when it already is what is needed."""
    is_gzip = contract.files.endswith(".gz")
    is_utf8 = codecs.lookup(contract.encoding).name == "utf-8"
    blocks = _inflated(stored) if is_gzip else _blocks(stored)
    texts = _checked_utf8(blocks) if is_utf8 else _transcoded(blocks, contract.encoding)
    lines, has_nul, last, start = 0, False, b"", b""
    hidden_nul = b"\\u0000" if contract.format == "jsonl" else b"\0"
    with work.open("wb") as out:
        for text in texts:
            if not last:
                start = text[:3]
                text = text.removeprefix(codecs.BOM_UTF8)
            lines += text.count(b"\n")
            has_nul = has_nul or b"\0" in text or hidden_nul in text
            last = text[-1:] or last
            if is_gzip or not is_utf8 or start == codecs.BOM_UTF8:
                out.write(text)
    if not last and not (is_gzip and contract.format == "jsonl"):
        raise RapportError("RP-1006")  # complete gzip of no JSON lines is a day without events
    if last and last != b"\n":
        raise RapportError("RP-1004", problem="last_line_unfinished", got_lines=lines)
    untouched = not is_gzip and is_utf8 and start != codecs.BOM_UTF8
    return Decoded(stored if untouched else work, lines, has_nul)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while block := source.read(BLOCK):
            yield block


def _inflated(path: Path) -> Iterator[bytes]:
    """Inflate one or several gzip members; stop a bomb long before it is inflated."""
    inflater = zlib.decompressobj(wbits=31)
    taken = given = 0
    try:
        for block in _blocks(path):
            taken += len(block)
            while block:
                if inflater.eof:
                    inflater = zlib.decompressobj(wbits=31)
                text = inflater.decompress(block, BLOCK)
                block = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
                given += len(text)
                if given > max(taken, 4096) * MAX_RATIO or given > MAX_BYTES:
                    raise RapportError("RP-1021", inflated_bytes=given, read_bytes=taken)
                yield text
    except zlib.error:
        raise RapportError("RP-1005", problem="damaged") from None
    if taken == 0:
        raise RapportError("RP-1006")
    if not inflater.eof:
        raise RapportError("RP-1005", problem="cut_off", read_bytes=taken)


def _checked_utf8(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """Pass bytes on once they are known to be UTF-8."""
    decoder = codecs.getincrementaldecoder("utf-8")("strict")
    offset = 0
    for block in blocks:
        _decoded(decoder, block, offset)
        offset += len(block)
        yield block
    _decoded(decoder, b"", offset, final=True)


def _transcoded(blocks: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Decode from the declared encoding; a file that is UTF-8 after all is refused."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    suspect: codecs.IncrementalDecoder | None = codecs.getincrementaldecoder("utf-8")("strict")
    offset = letters = 0
    for block in blocks:
        if suspect:
            try:
                text = suspect.decode(block)
                letters += 0 if text.isascii() else len(text.encode()) - len(text)
            except UnicodeDecodeError:
                suspect = None
        yield _decoded(decoder, block, offset).encode()
        offset += len(block)
    if suspect and letters >= SUSPECT_LETTERS:
        raise RapportError("RP-1014", declared=encoding, suspected="utf-8")
    yield _decoded(decoder, b"", offset, final=True).encode()


def _decoded(
    decoder: codecs.IncrementalDecoder, block: bytes, offset: int, final: bool = False
) -> str:
    held = len(decoder.getstate()[0])
    try:
        return decoder.decode(block, final)
    except UnicodeDecodeError as error:
        at = offset - held + error.start
        raise RapportError("RP-1014", encoding=error.encoding, byte_offset=at) from None
