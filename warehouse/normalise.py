"""One spelling for every direct identifier, so that equal people give equal tokens across systems.

A value that cannot be brought into shape keeps its cleaned spelling: it still joins with itself.
What does not belong here: keys and hashing, the repair of text (`text.py`).
"""

import re
import unicodedata
from collections.abc import Callable

import phonenumbers

from warehouse.text import match_key

MAINLAND_MOBILE = re.compile(r"1[3-9][0-9]{9}")
REGION = "CN"
_SPACES = re.compile(r"\s+")


def phone(text: str) -> str:
    """Return E.164; most are mainland mobiles, which need no library."""
    if MAINLAND_MOBILE.fullmatch(text):
        return "+86" + text
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", text))
    if MAINLAND_MOBILE.fullmatch(plain):
        return "+86" + plain
    try:
        parsed = phonenumbers.parse(plain, REGION)
    except phonenumbers.NumberParseException:
        return plain.lower()
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def id_number(text: str) -> str:
    """Return upper case without spaces or hyphens, for identity cards and credit codes alike."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("-", "").upper()


def email(text: str) -> str:
    """Lower case without spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


NORMALISERS: dict[str, Callable[[str], str]] = {
    "phone": phone,
    "id_number": id_number,
    "name": match_key,
    "email": email,
    "address": match_key,
    "extra": match_key,
}
AS_DELIVERED = {"name", "address"}
"""Kinds the vault keeps as people wrote them: their match key is not fit to be shown."""


def normalise(kind: str, text: str) -> str:
    """Return the one spelling of an identifier of this kind; empty when nothing is left."""
    return NORMALISERS[kind](text)
