"""Text repair against the damage found in a real article, and its properties on any text."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from warehouse.normalise import normalise
from warehouse.text import match_key, repair, simplified

SEED = Path(__file__).parent / "seed_debris.tsv"
"""Every converted character of the article this project began with, and how often it occurs."""
PLAIN = st.text(st.sampled_from("王小明欧阳娜业务关系有限公司ABCxyz0123"), min_size=1, max_size=12)
DAMAGE = st.lists(
    st.sampled_from(
        [*"業务王A1·•()（）è\u0301ｗ㈱", "(yè)", "（wù）", "\u00a0", "\u3000", "\u200b"]
    ),
    max_size=12,
).map("".join)


def seed_pairs() -> list[tuple[str, int]]:
    pairs = [line.split("\t") for line in SEED.read_text(encoding="utf-8").splitlines()]
    return [(pair, int(times)) for pair, times in pairs]


def test_all_349_cases_of_the_article_are_repaired():
    pairs = seed_pairs()
    assert sum(times for _, times in pairs) == 349
    damaged = "".join(pair * times for pair, times in pairs)
    assert repair(damaged) == "".join(pair[0] * times for pair, times in pairs)
    assert all(match_key(pair) == match_key(simplified(pair[0])) for pair, _ in pairs)


@pytest.mark.parametrize(
    ("delivered", "shown", "key"),
    [
        ("張（zhāng）偉（wěi）", "張偉", "张伟"),
        ("欧阳\u00a0娜娜\u3000", "欧阳 娜娜", "欧阳娜娜"),
        ("ＬＩ　Ｗｅｉ", "LI Wei", "liwei"),
        ("王\u200b小\ufeff明", "王小明", "王小明"),
        ("買買提•吐爾遜", "買買提•吐爾遜", "买买提·吐尔逊"),
        ("陳峯（zhe）", "陳峯(zhe)", "陈峰(zhe)"),
        ("李(大)", "李(大)", "李(大)"),
        ("\u00a0\u200b", "", ""),
    ],
)
def test_the_shown_form_keeps_the_script_and_the_key_does_not(delivered, shown, key):
    assert (repair(delivered), match_key(delivered)) == (shown, key)
    assert normalise("name", delivered) == normalise("address", delivered) == key


@given(PLAIN)
def test_plain_text_is_untouched(text):
    assert repair(text) == text


@given(st.one_of(st.text(max_size=30), DAMAGE))
@example("A\r\u0300")
@example("業( yè)")
@example("㏠(È)")
def test_repair_and_key_are_stable_and_never_lengthen(text):
    for clean in (repair, match_key):
        assert clean(clean(text)) == clean(text)
    assert len(repair(text)) <= len(unicodedata.normalize("NFKC", text))


@given(st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=20))
def test_folding_the_script_keeps_every_character_and_ends_in_one_step(text):
    assert len(simplified(text)) == len(text)
    assert simplified(simplified(text)) == simplified(text)
