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
from warehouse.intake.file_kind import check_inside, check_kind
from warehouse.intake.garbled import not_garbled
from warehouse.intake.parquet import parquet_as_text

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
    """Write the text of a stored file to `work`."""
    lines, has_nul = 0, False
    hidden_nul = b"\\u0000" if contract.format == "jsonl" else b"\0"
    with work.open("wb") as out:
        for text in text_blocks(stored, contract, work):
            lines += text.count(b"\n")
            has_nul = has_nul or b"\0" in text or hidden_nul in text
            out.write(text)
    return Decoded(work, lines, has_nul)


def text_blocks(stored: Path, contract: TableContract, work: Path) -> Iterator[bytes]:
    """Blocks of strict UTF-8; raises at the first that is not what it should be.

    What the last byte says is known only at the end: until then nothing that was read counts.
    """
    is_gzip = contract.files.endswith(".gz")
    is_utf8 = codecs.lookup(contract.encoding).name == "utf-8"
    if contract.format == "parquet":
        with parquet_as_text(stored, contract, work) as spelt:
            yield from _ended(_blocks(spelt), contract, False)
        return
    check_kind(stored, is_gzip)
    blocks = _inflated(stored) if is_gzip else _blocks(stored)
    texts = _checked_utf8(blocks) if is_utf8 else _transcoded(blocks, contract.encoding)
    yield from _ended(not_garbled(texts), contract, is_gzip)


def _ended(texts: Iterator[bytes], contract: TableContract, is_gzip: bool) -> Iterator[bytes]:
    """Take off the byte order mark and judge how the text ends."""
    last = b""
    for text in texts:
        if not last:
            text = text.removeprefix(codecs.BOM_UTF8)
        last = text[-1:] or last
        yield text
    if not last and not (is_gzip and contract.format == "jsonl"):
        raise RapportError("RP-1006")  # complete gzip of no JSON lines is a day without events
    if last and last != b"\n":
        raise RapportError("RP-1004", problem="last_line_unfinished")


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
                if given == 0:
                    check_inside(text)
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
        if decoder.getstate()[0] or not block.isascii():
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
