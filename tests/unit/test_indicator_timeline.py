"""The versions of a definition: no day without one or with two, each checked on its own."""

import json
from datetime import date

import pytest

from warehouse.errors import RapportError
from warehouse.indicators import registry
from warehouse.indicators.versions import ALWAYS, FOREVER, Version, on, opened, versions

A, B = "2026-02-01", "2026-05-01"


@pytest.mark.parametrize(
    ("valid_from", "earlier", "words"),
    [
        (B, [{"valid_to": A}], "gap_from=2026-02-01"),
        (A, [{"valid_to": B}], "overlap_from=2026-02-01"),
        (None, [{"valid_to": B}], "overlap_from=1900-01-01"),
        (A, [], "gap_before=2026-02-01"),
        (B, [{"valid_from": A, "valid_to": B}], "gap_before=2026-02-01"),
        (B, [{"valid_to": B}, {"valid_from": B, "valid_to": B}], "overlap_from=2026-05-01"),
        ("soon", [{"valid_to": B}], "not a date"),
    ],
)
def test_days_without_a_definition_or_with_two_are_refused(valid_from, earlier, words):
    with pytest.raises(RapportError, match=f"RP-3021.*indicator=x.*{words}"):
        versions("x", None, valid_from, earlier)


def test_a_restatement_reaches_back_and_never_forward():
    known = versions("x", "c", B, [{"valid_to": A, "formula": "a"},
                                   {"valid_from": A, "valid_to": B, "formula": "b"}])  # fmt: skip
    assert [on(known, date(2026, month, 15)).formula for month in (1, 3, 6)] == ["a", "b", "c"]
    middle = date(2026, 2, 1)
    assert opened(known, middle) == (
        Version(ALWAYS, date(2026, 5, 1), "b"),
        Version(date(2026, 5, 1), FOREVER, "c"),
    )


BASE = (
    "{{ indicator(301001200, 'a', '1', 'yuan', 'additive', en='A', zh='甲') }}"
    "{{ indicator(301002300, 'n', '1', 'count', 'additive', en='N', zh='乙') }}"
    "{{ composite(801001100, 'c', 'a / n', en='C', zh='丙', valid_from='2026-05-01',"
    " earlier=[{'valid_to': '2026-05-01', 'formula': 'OLD'}]) }}"
)


@pytest.mark.parametrize(
    ("old", "words"),
    [
        ("a + n", r"a \[yuan\] \+ n \[count\]: different units"),
        ("n / a", "is ratio in count/yuan before, ratio in yuan/count after since=2026-05-01"),
        ("c * 2", "circle: c -> c"),
    ],
)
def test_units_kinds_and_circles_are_checked_in_every_version(tmp_path, old, words):
    models = tmp_path / "models" / "indicators"
    models.mkdir(parents=True)
    (models / "ind_test.sql").write_text(BASE.replace("OLD", old))
    with pytest.raises(RapportError, match=f"RP-3020 .*indicator=c .*{words}"):
        registry.as_environment(tmp_path)


def test_a_version_may_use_what_another_version_does_not(tmp_path):
    models = tmp_path / "models" / "indicators"
    models.mkdir(parents=True)
    (models / "ind_test.sql").write_text(BASE.replace("OLD", "2 * a / n"))
    entry = json.loads(registry.as_environment(tmp_path))["by_name"]["c"]
    case = "case when spine.as_of_date < date '2026-05-01' then (({} * a)".format
    assert entry["row"].startswith(case(2)) and entry["row"].endswith("else (a / nullif(n, 0)) end")
    known = json.loads(registry.as_environment(tmp_path, {"c": date(2026, 5, 1)}))["by_name"]["c"]
    assert known["row"] == entry["newest"] == "(a / nullif(n, 0))"
