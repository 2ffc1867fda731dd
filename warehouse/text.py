"""Text as people meant it: damage of copying and converting taken away, and one key for matching.

`repair` is for showing, `match_key` for comparing; neither ever replaces what a sender delivered.
What does not belong here: identifiers of other kinds than text, rules about names.
"""

import re
import unicodedata
from functools import cache

HAN = "\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U000323af"
"""Unified ideographs, as the inside of a character class; NFKC brings most others to these."""

_TONED = "āáǎàēéěèếềīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ"
_DEBRIS = re.compile(
    rf"(?<=[{HAN}])(?:\((?=[a-zü]*[{_TONED}])[a-zü{_TONED}]{{1,6}}\))+", re.IGNORECASE
)
"""A syllable with its tone in parentheses behind its character: a converter's note, 業(yè)."""
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b-\u200f\u202a-\u202e"
                     r"\u2060-\u2064\ufeff\ufe00-\ufe0f]")  # fmt: skip
"""Controls, zero-width and direction marks, variation selectors."""
_SPACES = re.compile(r"\s+")
_DOTS = str.maketrans("•‧∙⋅・", "·····")
"""The dots people type between the parts of a name; all stand for U+00B7."""


def repair(text: str) -> str:
    """Fold width, and drop conversion debris, unseen characters and needless spaces."""
    if text.isascii() and text.isalnum():
        return text
    seen = _UNSEEN.sub("", unicodedata.normalize("NFKC", text))
    return _SPACES.sub(" ", _DEBRIS.sub("", unicodedata.normalize("NFKC", seen))).strip()


def match_key(text: str) -> str:
    """Fold what tells no two people apart: script, case, spaces, the form of a dot."""
    shown = _SPACES.sub("", repair(text)).translate(_DOTS)
    return repair(simplified(shown).casefold())


def simplified(text: str) -> str:
    """Write every traditional or variant character in its simplified form, one by one.

    Characters, not phrases: 乾 becomes 干 wherever it stands, so that equal characters stay equal.
    """
    return text.translate(_simplified())


def traditional_characters() -> str:
    """Every character of the basic block that has a simpler form."""
    return "".join(chr(code) for code in sorted(_simplified()) if code <= 0x9FFF)


@cache
def _simplified() -> dict[int, int]:
    """Every ideograph that has a simpler form, by code point."""
    from opencc import OpenCC

    convert = OpenCC("t2s").convert
    blocks = (range(0x3400, 0x4DC0), range(0x4E00, 0xA000), range(0x20000, 0x323B0))
    every = [chr(code) for block in blocks for code in block]
    simpler = dict(zip(every, convert("\n".join(every)).split("\n"), strict=True))
    return {
        ord(one): ord(simpler.get(other, other)) for one, other in simpler.items() if one != other
    }
