"""The indicator() calls as they are written: codes, names and labels, before dbt has seen them.

A name written twice in one file would silently replace its entry in the catalogue, so this reads
the SQL itself. That codes in the catalogue follow the grammar is also a dbt test, on every run.
"""

import re
from collections import Counter

import pytest

from warehouse.settings import CHECKOUT

FOLDER = CHECKOUT / "dbt" / "models" / "indicators"
CALL = re.compile(r"\{\{ indicator\(\s*(\d+),\s*'(\w+)',(.*?)\) \}\},", re.DOTALL)
WINDOWS = {"00": "", "02": "_7d", "06": "_30d", "09": "_90d", "12": "_365d", "99": "_lifetime"}
KINDS = {
    "0": "flag", "1": "ratio", "2": "additive", "3": "additive", "4": "semi_additive",
    "5": "semi_additive", "6": "level", "7": "level", "8": "distinct", "9": "level",
}  # fmt: skip
SUBJECTS = {
    "101": "profile", "201": "service", "301": "value", "302": "usage", "303": "payment",
    "304": "balance", "401": "web", "501": "contact",
}  # fmt: skip
MONEY_IN_NAME = re.compile(r"yuan|fee_per|arpu")

CALLS = [
    (path.stem.removeprefix("ind_"), code, name, rest)
    for path in sorted(FOLDER.glob("ind_*.sql"))
    for code, name, rest in CALL.findall(path.read_text(encoding="utf-8"))
]


def test_every_subject_has_indicators_and_there_are_enough_to_be_useful():
    assert {subject for subject, *_ in CALLS} == set(SUBJECTS.values())
    assert len(CALLS) >= 60


@pytest.mark.parametrize("position", [1, 2], ids=["code", "name"])
def test_no_code_and_no_name_is_written_twice(position):
    counted = Counter(call[position] for call in CALLS)
    assert [value for value, count in counted.items() if count > 1] == []


def test_one_measure_over_several_windows_keeps_its_number_and_no_other_has_it():
    measures = {}
    for _, code, name, _ in CALLS:
        stem = re.sub(r"_(\d+d|lifetime)$", "", name)
        assert measures.setdefault(code[:6], stem) == stem, name
    assert len(set(measures.values())) == len(measures)


@pytest.mark.parametrize(("subject", "code", "name", "rest"), CALLS, ids=[c[2] for c in CALLS])
def test_a_code_says_subject_kind_and_window_of_its_indicator(subject, code, name, rest):
    assert re.fullmatch(r"[1-5]\d{8}", code)
    assert SUBJECTS[code[:3]] == subject
    assert f"'{KINDS[code[6]]}'" in rest
    window = re.search(r"_(\d+d|lifetime)$", name)
    assert (window.group() if window else "") == WINDOWS[code[7:]]
    assert re.search(r"en='[^']*[a-z]{2}", rest)
    assert re.search(r"zh='[^']*[\u4e00-\u9fff]{2}", rest)
    assert bool(MONEY_IN_NAME.search(name)) == bool(re.search(r"'yuan(/\w+)?'", rest))
