"""Text that decodes and is nonsense all the same: it was read in a wrong encoding before sending.

Chinese written in UTF-8 and read as GB18030 turns into characters hardly anybody uses; read as
Latin-1, into runs of accented letters. Only shares are judged: one odd name is a name. What does
not belong here: bytes that do not decode, repairing.
"""

from collections.abc import Iterator
from functools import cache

import numpy as np

from warehouse.errors import RapportError

SAMPLE_BYTES = 1 << 16
"""Looked at in every block: whole files are garbled, not lines here and there."""
FEWEST = 32
"""So many letters before a share says anything."""
RARE_SHARE = 0.3
"""Measured: .000-.001 in Chinese prose of either script, .67-.69 in the same text garbled."""
LOST_SHARE = 0.05
LATIN_SHARE = 0.5
HAN, HAN_END, PRIVATE, PRIVATE_END = 0x4E00, 0xA000, 0xE000, 0xF900
LOST = np.array([ord(letter) for letter in "\ufffd锟斤拷"], dtype="<u4")
"""The replacement character, and two of them in UTF-8 read as GB18030."""


def not_garbled(texts: Iterator[bytes]) -> Iterator[bytes]:
    """Pass blocks of UTF-8 on; refuse the file at its end when its letters make no sense."""
    seen = np.zeros(5, dtype=np.int64)
    for text in texts:
        sample = text[:SAMPLE_BYTES]
        if not sample.isascii():
            seen += _count(sample.decode("utf-8", "ignore"))
        yield text
    _judge(*(int(count) for count in seen))


def _judge(letters: int, han: int, rare: int, lost: int, latin: int) -> None:
    problem = ""
    if han >= FEWEST and rare > RARE_SHARE * han:
        problem = "utf8_read_as_gb18030"
    elif letters >= FEWEST and latin > LATIN_SHARE * letters:
        problem = "utf8_read_as_latin1"
    elif letters >= FEWEST and lost > LOST_SHARE * letters:
        problem = "characters_lost"
    if problem:
        raise RapportError("RP-1017", problem=problem, letters=letters)


def _count(text: str) -> list[int]:
    """Letters outside ASCII; Han letters, rare ones; letters lost; letters in Latin-1 debris."""
    codes = np.frombuffer(text.encode("utf-32-le"), dtype="<u4")
    codes = codes[codes > 0x7F]
    is_lost = np.isin(codes, LOST) | ((codes >= PRIVATE) & (codes < PRIVATE_END))
    han = codes[(codes >= HAN) & (codes < HAN_END) & ~is_lost]
    is_lead, is_trail = (codes >= 0xC2) & (codes <= 0xF4), (codes >= 0x80) & (codes <= 0xBF)
    latin = 2 * (is_lead[:-1] & is_trail[1:]).sum()
    rare = (~_common()[han - HAN]).sum()
    return [len(codes), len(han), int(rare), int(is_lost.sum()), int(latin)]


@cache
def _common() -> np.ndarray:
    """Which Han characters are common: first levels of GB 2312 and Big5, some 6,700."""
    table = np.zeros(HAN_END - HAN, dtype=bool)
    for encoding, leads in (("gb2312", range(0xB0, 0xD8)), ("big5", range(0xA4, 0xC7))):
        pairs = (bytes((lead, trail)) for lead in leads for trail in range(0x40, 0xFF))
        for letter in "".join(pair.decode(encoding, "ignore") for pair in pairs):
            if HAN <= ord(letter) < HAN_END:
                table[ord(letter) - HAN] = True
    return table
