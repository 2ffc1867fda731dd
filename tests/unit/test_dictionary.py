"""The dictionary says of every indicator what it is called and made of, and fetches nothing."""

import json
import re

import duckdb
import pytest

from warehouse.errors import RapportError
from warehouse.report.dictionary import write_dictionary
from warehouse.settings import Settings

HOSTILE = "<b>'x'"


@pytest.fixture(scope="module")
def settings(tmp_path_factory) -> Settings:
    """A generation of two indicators, and the compiled SQL of the table of one of them."""
    settings = Settings(home=tmp_path_factory.mktemp("dictionary"))
    folder = settings.published / "g1"
    folder.mkdir(parents=True)
    about = {"generation_id": "g1", "as_of_date": "2026-11-07"}
    (folder / "manifest.json").write_text(json.dumps(about))
    with duckdb.connect(str(folder / "marts.duckdb")) as con:
        con.execute(
            """create table dim_indicator as from (values
            (301001209, 'billed_yuan_90d', 'ind_value', 'value', 'yuan', 'additive',
             'higher_is_better', 'Billed in 90 days', '近90天出账金额', 'sum(x)', null, 'team:a',
             'customer', 'sum', date '1900-01-01'),
            (801001106, 'rate_30d', 'ind_composite', 'composite', 'yuan/count', 'ratio',
             'neutral', $$<b>'x'$$, '比率', '(a / b)', 'billed_yuan_90d / n', 'team:b',
             'account', 'none', date '2026-07-01')
            ) t(indicator_code, indicator_name, table_name, subject_name, unit_code, kind_code,
            direction_code, label_en, label_zh, expression, formula, owner, grain_code,
            group_rule_code, valid_from)"""
        )
        con.execute(
            """create table dim_indicator_version as from (values
            (801001106, 1, date '2026-07-01', 'x < y', null, 'too <coarse>'),
            (801001106, 2, date '9999-12-31', '(a / b)', 'billed_yuan_90d / n', null)
            ) t(indicator_code, version_number, valid_to, expression, formula, reason)"""
        )
        con.execute(
            "create table dim_indicator_alias as from (values (301001209, 'AUPR'),"
            " (301001209, '月均收入')) t(indicator_code, alias_name)"
        )
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute("create schema facts; create table facts.fct_bill_line (amount_yuan double)")
    compiled = settings.dbt_target / "compiled" / "rapport" / "models" / "ind_value.sql"
    compiled.parent.mkdir(parents=True)
    compiled.write_text(
        'select sum(f.amount_yuan) as billed_yuan_90d from "warehouse"."facts"."fct_bill_line" as f'
    )
    node = {"name": "ind_value", "original_file_path": "models/ind_value.sql"}
    (settings.dbt_target / "manifest.json").write_text(
        json.dumps({"sources": {}, "nodes": {"model.rapport.ind_value": node}})
    )
    return settings


@pytest.fixture(scope="module")
def rows(settings) -> list[str]:
    text = write_dictionary(settings, settings.published / "g1").read_text()
    return re.findall(r"<tr>(?:(?!</tr>).)*<td.*?</tr>", text)


def test_a_row_has_code_other_names_unit_kind_direction_owner_and_the_columns_behind(rows):
    [billed] = [row for row in rows if "301001209" in row]
    for wanted in (
        *("billed_yuan_90d", "AUPR, 月均收入", "Billed in 90 days", "近90天出账金额", "team:a"),
        *(">yuan<", ">additive, per customer<", ">sum 合计<", "higher 越高越好", "sum(x)"),
        "facts.fct_bill_line.amount_yuan",
    ):
        assert wanted in billed, wanted


def test_a_composite_shows_its_formula_and_text_is_escaped(rows):
    [rate] = [row for row in rows if "801001106" in row]
    assert "billed_yuan_90d / n" in rate and "(a / b)" not in rate
    assert "no group value" in rate and "per account" in rate
    assert "since 2026-07-01" in rate
    assert "until 2026-07-01: x &lt; y (too &lt;coarse&gt;)" in rate
    assert HOSTILE not in rate and "&lt;b&gt;" in rate


def test_the_page_is_searched_and_fetches_nothing_and_repeats_to_the_byte(settings):
    page = write_dictionary(settings, settings.published / "g1")
    text = page.read_text()
    assert 'type="search"' in text and "addEventListener" in text
    assert not re.search(r"https?://|<link|<img|src=|import\b|fetch\(", text)
    assert write_dictionary(settings, settings.published / "g1").read_text() == text
    assert not list(page.parent.glob("*.tmp"))


def test_a_folder_that_is_no_generation_is_refused(settings, tmp_path):
    with pytest.raises(RapportError, match="RP-3010"):
        write_dictionary(settings, tmp_path)
