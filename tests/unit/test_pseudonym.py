"""Tokens and keys: equal for equal people, different for everything else, made with a secret."""

import base64
import hashlib
import hmac

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.normalise import normalise
from warehouse.pseudonym import Pseudonyms

KEY = bytes(range(32))


def expected_token(kind: str, value: str) -> str:
    """The definition, by the standard library and one value at a time."""
    sub_key = hmac.new(KEY, b"rapport/1/identity", hashlib.sha256).digest()
    digest = hmac.new(sub_key, kind.encode() + b"\0" + value.encode(), hashlib.sha256).digest()
    return base64.b32encode(digest).decode().lower()[:26]


@pytest.mark.parametrize(
    ("kind", "spellings", "value"),
    [
        ("phone", ["13812345678", "+86 138 1234 5678", "８６13812345678", "0086-138-1234-5678"],
         "+8613812345678"),
        ("phone", ["010-6552 9988", "+861065529988"], "+861065529988"),
        ("id_number", ["11010519491231002x", " 11010519491231002X", "１１010519491231002Ｘ"],
         "11010519491231002X"),
        ("name", ["Li  Wei", "li wei", "ＬＩ ＷＥＩ"], "liwei"),
        ("name", ["欧阳 娜娜", "欧阳　娜娜"], "欧阳娜娜"),
        ("email", ["A.B@Example.COM ", "a.b@example.com"], "a.b@example.com"),
    ],
)  # fmt: skip
def test_all_spellings_of_one_identifier_give_one_token(kind, spellings, value):
    assert {normalise(kind, spelling) for spelling in spellings} == {value}
    tokens = Pseudonyms(KEY).tokens(kind, pa.array(spellings))
    assert set(tokens.to_pylist()) == {expected_token(kind, value)}


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=20) | st.none(), max_size=20))
def test_bulk_tokens_equal_the_definition_for_any_text(texts):
    values = pa.array(texts, pa.string())
    expected = [
        expected_token("name", spelt) if text and (spelt := normalise("name", text)) else None
        for text in texts
    ]
    assert Pseudonyms(KEY).tokens("name", values).to_pylist() == expected


def test_a_token_depends_on_key_kind_and_purpose():
    ours, theirs = Pseudonyms(KEY), Pseudonyms(KEY[::-1])
    text = "13812345678"
    made = {
        ours.tokens("phone", pa.array([text]))[0].as_py(),
        ours.tokens("id_number", pa.array([text]))[0].as_py(),
        theirs.tokens("phone", pa.array([text]))[0].as_py(),
        ours.key_of(text, 26),
        ours.key_version,
        theirs.key_version,
    }
    assert len(made) == 6


def test_customer_keys_come_in_the_order_asked_and_are_prefixes_of_longer_ones():
    keys = Pseudonyms(KEY)
    assert keys.keys_of(["a", "b", "a"]) == [keys.key_of("a"), keys.key_of("b"), keys.key_of("a")]
    assert keys.key_of("a", 20)[:12] == keys.key_of("a")
    assert keys.keys_of([]) == []
