"""What is derived from a value before two of them are compared: spelling, sound, digits.

Computed once per distinct value, never per pair. A key is for matching only and never shown. What
does not belong here: comparing two values (`comparisons.py`).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from warehouse.text import HAN, match_key

Keys = dict[str, str | list[str]]
_LIST = pa.list_(pa.string())
_NOT_LETTERS = re.compile(r"[\W_]+")
_NOT_CODE = re.compile(r"[^0-9A-Z]")
_NOT_HAN = re.compile(rf"[^{HAN}]+")
_TITLES = ("先生", "女士", "小姐", "太太", "同志")
_NUMBERS = re.compile(r"[0-9]+")
_UNITS = re.compile("[省市区县旗镇乡盟州]")
_GENERIC = set("省市区县旗镇乡盟州路街道巷弄号室楼栋幢层单元")
"""What every address holds; only the other characters tell two places apart."""
_SAME_SOUND = (("ph", "f"), ("ck", "k"), ("c", "k"), ("q", "k"), ("z", "s"), ("y", "i"))
_SURNAME_READINGS = {
    "单": "shan", "仇": "qiu", "区": "ou", "解": "xie", "查": "zha", "曾": "zeng", "朴": "piao",
    "盖": "ge", "翟": "zhai", "乐": "yue", "种": "chong", "缪": "miao", "冼": "xian", "覃": "qin",
    "尉迟": "yuchi", "万俟": "moqi", "长孙": "zhangsun", "逄": "pang", "员": "yun", "折": "she",
}  # fmt: skip
"""How characters are read as surnames where that differs from how they are usually read."""


def fold(text: str) -> str:
    """The letters and digits of a text in one spelling, whatever stands between them."""
    return _NOT_LETTERS.sub("", match_key(text))


def sound(folded: str) -> str:
    """How a folded word sounds: pinyin without tones, or the consonants of a Latin word."""
    if not folded.isascii():
        return " ".join(_readings(folded))
    for written, heard in _SAME_SOUND:
        folded = folded.replace(written, heard)
    first, rest = folded[:1], re.sub(r"[aeiouhw]", "", folded[1:])
    return first + re.sub(r"(.)\1+", r"\1", rest)


def _readings(folded: str) -> list[str]:
    for length in (2, 1):
        if reading := _SURNAME_READINGS.get(folded[:length]):
            return [reading, *map(_reading, folded[length:])]
    return [_reading(character) for character in folded]


@cache
def _reading(character: str) -> str:
    """The commonest reading of one character: names are no phrases, and characters repeat."""
    from pypinyin import Style, lazy_pinyin

    return "".join(lazy_pinyin(character, style=Style.NORMAL))


def _name(text: str) -> Keys:
    folded = fold(text)
    return {"fold": folded, "letters": "".join(sorted(folded)), "sound": sound(folded)}


def _person(text: str) -> Keys:
    """A whole name; between Chinese characters everything else is a slip, and a title no name.

    Two names that differ in one character share one of their slips.
    """
    folded = fold(text)
    han = _NOT_HAN.sub("", folded)
    for title in _TITLES:
        if len(han) > len(title) + 1:
            han = han.removesuffix(title)
    name = han or folded
    slips = [f"{name[:at]}_{name[at + 1 :]}" for at in range(len(name))]
    return {**_name(name), "slips": slips}


def _surname(text: str) -> Keys:
    """The first character of a name: enough beside other evidence, even of a compound surname."""
    return {"first": fold(text)[:1]}


def _code(text: str) -> Keys:
    return {"fold": _NOT_CODE.sub("", unicodedata.normalize("NFKC", text).upper())}


def _phone(text: str) -> Keys:
    digits = _code(text)["fold"]
    return {"fold": digits.removeprefix("86") if len(digits) > 11 else digits}


def _date(text: str) -> Keys:
    return {"ymd": _code(text)["fold"][:8]}


def _address(text: str) -> Keys:
    """Also the road with house and room, which stays when province, city or district are left out.

    The road is what stands before the first number, after the last word for an administrative unit.
    """
    plain = unicodedata.normalize("NFKC", text)
    numbers = "-".join(number.lstrip("0") for number in _NUMBERS.findall(plain))
    words = fold(_NUMBERS.sub("", plain))
    road = fold(_UNITS.split(_NUMBERS.split(plain)[0])[-1]) or words
    place = numbers and f"{road} {numbers}"
    return {"fold": fold(text), "place": place, "characters": sorted(set(words) - _GENERIC)}


KINDS: dict[str, Callable[[str], Keys]] = {
    "name": _name,
    "person": _person,
    "surname": _surname,
    "code": _code,
    "phone": _phone,
    "date": _date,
    "address": _address,
}


def keys_of(kind: str, values: pa.ChunkedArray | pa.Array) -> dict[str, pa.Array]:
    """Every key of every value, null where nothing is left; the distinct values do the work."""
    if isinstance(values, pa.ChunkedArray):
        values = values.combine_chunks()
    encoded = pc.dictionary_encode(values.cast(pa.string()))
    derive = KINDS[kind]
    derived = [derive(text) for text in encoded.dictionary.to_pylist()]
    kinds = {
        key: _LIST if isinstance(value, list) else pa.string() for key, value in derive("").items()
    }
    return {
        key: pa.array([row[key] or None for row in derived], kind).take(encoded.indices)
        for key, kind in kinds.items()
    }
