"""The declarations of indicators as they are written: codes, names and labels, before dbt has run.

That codes in the catalogue follow the grammar is also a dbt test, on every run.
"""

import json
import re

import pytest

from warehouse.errors import RapportError
from warehouse.indicators import registry
from warehouse.settings import CHECKOUT

WINDOWS = {"00": "", "02": "_7d", "06": "_30d", "09": "_90d", "12": "_365d", "99": "_lifetime"}
KINDS = {
    "0": "flag", "1": "ratio", "2": "additive", "3": "additive", "4": "semi_additive",
    "5": "semi_additive", "6": "level", "7": "level", "8": "distinct", "9": "level",
}  # fmt: skip
SUBJECTS = {
    "101": "profile", "201": "service", "301": "value", "302": "usage", "303": "payment",
    "304": "balance", "401": "web", "501": "contact", "502": "campaign", "801": "composite",
    "601": "account", "701": "product", "802": "account_composite", "803": "product_composite",
}  # fmt: skip
MONEY_IN_NAME = re.compile(r"yuan|fee_per|arpu")
ENOUGH = 200

DECLARED = registry.declared(CHECKOUT / "dbt")
COMPILED = json.loads(registry.as_environment(CHECKOUT / "dbt"))["by_name"]


def test_every_subject_has_indicators_and_there_are_enough_to_be_useful():
    assert {entry.table for entry in DECLARED.values()} == {f"ind_{s}" for s in SUBJECTS.values()}
    assert len(DECLARED) >= ENOUGH


def test_one_measure_over_several_windows_keeps_its_number_and_no_other_has_it():
    measures = {}
    for name, entry in DECLARED.items():
        stem = re.sub(r"_(\d+d|lifetime)$", "", name)
        assert measures.setdefault(str(entry.code)[:6], stem) == stem, name
    assert len(set(measures.values())) == len(measures)


@pytest.mark.parametrize("name", DECLARED)
def test_a_code_says_subject_kind_and_window_of_its_indicator(name):
    entry, code = DECLARED[name], str(DECLARED[name].code)
    assert re.fullmatch(r"[1-8]\d{8}", code)
    assert f"ind_{SUBJECTS[code[:3]]}" == entry.table
    assert COMPILED[name]["kind"] == KINDS[code[6]]
    window = re.search(r"_(\d+d|lifetime)$", name)
    assert (window.group() if window else "") == WINDOWS[code[7:]]
    assert re.search(r"[a-z]{2}", entry.label_en)
    assert re.search(r"[\u4e00-\u9fff]{2}", entry.label_zh)
    assert bool(MONEY_IN_NAME.search(name)) == COMPILED[name]["unit"].startswith("yuan")


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("{{ indicator(301001206, 'a', '1', 'yuan', 'additive', en='A', zh='甲') }}" * 2, "taken"),
        ("{{ indicator(301001206, 'A b', '1', 'yuan', 'level', en='A', zh='甲') }}", "unfit"),
        (
            "{{ indicator(301001206, 'a', '1', 'yuan', 'additive', en='A', zh='甲') }}"
            "{{ indicator(301001206, 'b', '1', 'yuan', 'additive', en='B', zh='乙') }}",
            "its code is taken",
        ),
        (
            "{{ indicator(301001206, 'a', '1', 'yuan', 'additive', en='A', zh='甲') }}"
            "{{ indicator(301002306, 'b', '1', 'count', 'additive', en='B', zh='乙') }}"
            "{{ composite(801001206, 'c', 'a + b', en='C', zh='丙') }}",
            r"indicator=c .*a \[yuan\] \+ b \[count\]: different units",
        ),
        (
            "{{ composite(801001206, 'c', 'd * 2', en='C', zh='丙') }}"
            "{{ composite(801002206, 'd', 'c / 2', en='D', zh='丁') }}",
            "circle: c -> d -> c",
        ),
    ],
)
def test_a_declaration_that_does_not_hold_fails_the_build_with_its_name(tmp_path, lines, words):
    models = tmp_path / "models" / "indicators"
    models.mkdir(parents=True)
    (models / "ind_test.sql").write_text(lines)
    with pytest.raises(RapportError, match=f"RP-3020.*{words}"):
        registry.as_environment(tmp_path)


OF_CUSTOMERS = "{{ indicator(301001206, 'a', '1', 'yuan', 'additive', en='A', zh='甲') }}"
OF_ACCOUNTS = (
    "{{ config(meta={'grain': 'account'}) }}"
    "{{ indicator(601001206, 'b', '1', 'yuan', 'additive', en='B', zh='乙') }}"
    "{{ composite(802001206, 'c', 'FORMULA', en='C', zh='丙') }}"
)


@pytest.mark.parametrize(
    ("formula", "words"),
    [
        ("a + b", r"a \[yuan\] \+ b \[yuan\]: one per customer, the other per account"),
        ("a * 2", "is per account, its formula per customer"),
    ],
)
def test_what_is_about_a_customer_is_no_part_of_what_is_about_an_account(tmp_path, formula, words):
    models = tmp_path / "models" / "indicators"
    models.mkdir(parents=True)
    (models / "ind_customers.sql").write_text(OF_CUSTOMERS)
    (models / "ind_accounts.sql").write_text(OF_ACCOUNTS.replace("FORMULA", "b * 2"))
    known = json.loads(registry.as_environment(tmp_path))["by_name"]
    assert [known[name]["grain"] for name in "abc"] == ["customer", "account", "account"]
    (models / "ind_accounts.sql").write_text(OF_ACCOUNTS.replace("FORMULA", formula))
    with pytest.raises(RapportError, match=f"RP-3020 .*indicator=c .*{words}"):
        registry.as_environment(tmp_path)


def test_a_loop_declares_what_it_writes_and_a_sensitive_part_makes_the_whole_sensitive(tmp_path):
    models = tmp_path / "models" / "indicators"
    models.mkdir(parents=True)
    (models / "ind_test.sql").write_text(
        "{% for n in [1, 2] %}{{ indicator(301000200 + 1000 * n, 'x' ~ n, ref('y') ~ '+1', 'yuan',"
        " 'additive', en='X', zh='甲', sensitive=n == 2) }},{% endfor %}"
        "{{ composite(801001200, 'both', 'x1 + x2', en='B', zh='乙') }}"
    )
    found = json.loads(registry.as_environment(tmp_path))
    assert found["by_code"] == {"301001200": "x1", "301002200": "x2", "801001200": "both"}
    sensitive = [name for name, entry in found["by_name"].items() if entry.get("is_sensitive")]
    assert sensitive == ["both", "x2"]


def test_an_indicator_is_found_by_what_people_call_it_in_three_scripts():
    found = json.loads(registry.as_environment(CHECKOUT / "dbt"))["by_alias"]
    for alias in ("ARPU", "AUPR", "每用户平均收入", "每用戶平均收入"):
        assert found[alias] == "arpu_yuan_90d"


@pytest.mark.parametrize("lines", ["X,b", "X,a\nX,c"])
def test_an_alias_of_nothing_or_of_two_indicators_is_refused(tmp_path, lines):
    for folder in ("models/indicators", "seeds"):
        (tmp_path / folder).mkdir(parents=True)
    other = OF_CUSTOMERS.replace("301001206, 'a'", "301002206, 'c'")
    (tmp_path / "models" / "indicators" / "ind_test.sql").write_text(OF_CUSTOMERS + other)
    seed = tmp_path / "seeds" / "indicator_aliases.csv"
    seed.write_text("alias_name,indicator_name\nX,a\n")
    assert json.loads(registry.as_environment(tmp_path))["by_alias"] == {"X": "a"}
    seed.write_text(f"alias_name,indicator_name\n{lines}\n")
    with pytest.raises(RapportError, match=r"RP-3020 .*X is no name of it alone"):
        registry.as_environment(tmp_path)


def test_the_registry_fits_one_variable_of_the_environment():
    linux_allows = 128 * 1024
    assert len(registry.as_environment(CHECKOUT / "dbt").encode()) < 0.85 * linux_allows
