"""Text that wants to be more than text: SQL, formulas, control characters, records without end.

Pins down that whatever a sender writes, in a value, a header, a key or a name, is data: nothing is
run, no table appears, no message holds it, and what leaves for a spreadsheet cannot run there.
"""

import csv
import gzip
import hashlib
import io
import json
import logging
import tempfile
from contextlib import suppress
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from exports import (
    BILL_COLUMNS,
    BILLS,
    CONTRACTS,
    CUSTOMERS,
    VIEWS,
    bills,
    content,
    customers,
    views,
)
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from installation import install

from warehouse.exports.cells import cell, write_csv
from warehouse.intake.take import run_intake

ATTACK = "x'); drop table rows; --"
PATHS = "{date}/../../etc/passwd"
TEXT = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


@settings(max_examples=12, deadline=None, derandomize=True, phases=[Phase.explicit, Phase.generate])
@given(value=TEXT, header=TEXT, key=TEXT, name=TEXT)
@example(value=ATTACK, header=ATTACK, key=ATTACK, name=ATTACK)
@example(value=PATHS, header="\"; attach 'x' as y; --", key="${env}", name=PATHS)
@example(value="\0", header="\0", key="\r\n", name="\n")
def test_text_from_outside_is_data_wherever_it_stands(value, header, key, name):
    with tempfile.TemporaryDirectory() as folder:
        site = install(Path(folder))
        rows = bills(2)
        rows[1] = rows[1] | {"bill_id": value, "item_code": value, "more": value}
        site.deliver(BILLS, content(CONTRACTS[BILLS], rows, [*BILL_COLUMNS, "more"]), 2)
        line = json.dumps(views(1)[0] | {"page_code": value, key: value})
        site.deliver(VIEWS, gzip.compress(f"{line}\n".encode(), mtime=0))
        people = content(CONTRACTS[CUSTOMERS], customers(1)).decode("gb18030")
        first, rest = people.split("\n", 1)
        odd = io.StringIO()
        csv.writer(odd, lineterminator="").writerow([header])
        try:
            text = f"{first},{odd.getvalue()}\n{rest[:-1]},1\n".encode("gb18030")
        except UnicodeEncodeError:
            text = b"x\n"
        site.deliver(CUSTOMERS, text)
        with suppress(OSError, ValueError):  # not every name can lie in a folder
            site.deliver(CUSTOMERS, b"x\n", name=name)
        site.intake(BILLS, VIEWS, CUSTOMERS)
        site.accounting()
        raw = site.lake / "raw"
        tables = {str(path.relative_to(raw)) for path in raw.glob("*/*")}
        assert tables == {"/".join(each) for each in (BILLS, VIEWS, CUSTOMERS)}
        refused = {"RP-1010", "RP-1017"} & set(site.reasons())  # a bare CR; odd letters only
        loaded = {row[0] for row in site.lake_rows(BILLS)}
        assert loaded >= {"L000001"} or refused


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "＝", "\x1f=", "\ufeff@"])
def test_no_cell_of_an_export_begins_a_formula(start):
    out = io.StringIO(newline="")
    formula = f"{start}cmd|' /C calc'!A0"
    row = [formula, "张伟", -12.5, Decimal("-1.50"), date(2026, 11, 1), None, "a-b", ""]
    write_csv(out, [formula, *"abcdefg"], [row])
    head, read = csv.reader(io.StringIO(out.getvalue(), newline=""))
    assert head[0] == read[0] == "'" + formula
    assert read[1:] == ["张伟", "-12.5", "-1.50", "2026-11-01", "", "a-b", ""]


@given(TEXT)
def test_a_cell_of_any_text_is_harmless_and_says_the_same(text):
    made = cell(text)
    assert not str(made).strip().startswith(("=", "+", "-", "@"))
    assert str(made).removeprefix("'") == text.replace("\0", "").removeprefix("'")


@pytest.mark.parametrize(
    ("character", "is_refused"),
    [(chr(code), code == 0) for code in [*range(0x20), 0x7F, 0x85, 0x2028, 0xFEFF] if code != 13],
    ids=lambda value: f"U+{ord(value):04X}" if isinstance(value, str) else "",
)
def test_of_control_characters_only_nul_refuses_a_record(site, character, is_refused):
    rows = bills(3)
    rows[1]["bill_id"] = f"B{character}2"
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    kept = [row[1] for row in site.lake_rows(BILLS)]
    assert (
        kept == ["B000001", "B000003"] if is_refused else ["B000001", f"B{character}2", "B000003"]
    )
    assert site.refused_records() == ([(2, "RP-1105", None)] if is_refused else [])


@pytest.mark.parametrize(("written", "rows"), [('"B\r2"', 3), ("B\r2", 0)], ids=["quoted", "bare"])
def test_a_carriage_return_inside_quotes_is_data_and_a_bare_one_ends_a_line(site, written, rows):
    data = content(CONTRACTS[BILLS], bills(3)).replace(b"B000002", written.encode())
    site.deliver(BILLS, data, 3)
    site.intake(BILLS)
    assert site.reasons() == ([] if rows else ["RP-1010"]), "four records, and three announced"
    kept = [row[1] for row in site.lake_rows(BILLS)]
    assert kept == (["B000001", "B\r2", "B000003"] if rows else [])


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_field_of_three_megabytes_refuses_its_record_in_a_small_message(site, caplog, form):
    noise = (hashlib.sha256(str(number).encode()).hexdigest() for number in range(47_000))
    huge, marker = "".join(noise), "MARKED4711"  # noise: what shrinks to nothing is a bomb
    if form == "csv":
        rows = bills(9)
        rows[4]["bill_id"] = huge + marker
        site.deliver_rows(BILLS, rows)
    else:
        lines = views(9)
        lines[4] |= {"page_code": huge + marker}
        site.deliver_rows(VIEWS, lines)
    with caplog.at_level(logging.DEBUG):
        site.intake(BILLS, VIEWS)
    assert site.refused_records() == [(5, "RP-1105", None)]
    assert sum(row["loaded"] for row in site.accounting()) == 8
    assert len(caplog.text) < 4000
    assert marker not in caplog.text


@pytest.mark.parametrize("column", ["subscription_id", "usage_date"])
@pytest.mark.parametrize("nothing", ["", "  "])
def test_nothing_in_any_column_of_a_key_refuses_the_record(site, column, nothing):
    usage = ("boss", "usage_days")
    numbers = ("call_minutes", "call_count", "sms_count", "data_mb", "roaming_minutes")
    row = dict.fromkeys(numbers, "1") | {"usage_date": "2026-11-01"}
    rows = [row | {"subscription_id": f"S{number}"} for number in range(3)]
    rows[1][column] = nothing
    site.deliver_rows(usage, rows)
    site.intake(usage)
    assert site.refused_records() == [(2, "RP-1102", column)]
    assert len(site.lake_rows(usage)) == 2


@pytest.mark.parametrize("policy", ["quarantine_column", "ignore", "evolve"])
def test_a_new_column_is_kept_or_not_and_warned_of_as_the_contract_says(site, caplog, policy):
    rows = [row | {"points": "17"} for row in bills(2)]
    site.deliver(BILLS, content(CONTRACTS[BILLS], rows, [*BILL_COLUMNS, "points"]), 2)
    run_intake(site, {BILLS: replace(CONTRACTS[BILLS], extra=policy)})
    extras = [row[-2] for row in site.lake_rows(BILLS)]
    assert extras == [None if policy == "ignore" else '{"points": "17"}'] * 2
    assert ("RP-1011" in caplog.text) == (policy == "quarantine_column")
    assert "points" not in caplog.text


@pytest.mark.parametrize(
    ("field", "text", "loaded"),
    [
        ("page_code", '{"a": [1, {"b": null}]}', '{"a":[1,{"b":null}]}'),
        ("page_code", "[]", "[]"),
        ("page_code", "true", "true"),
        ("page_code", "12", "12"),
        ("dwell_ms", "NaN", None),
        ("dwell_ms", "Infinity", None),
        ("dwell_ms", "9223372036854775808", None),
        ("dwell_ms", "999999999999999", 999_999_999_999_999),
        ("dwell_ms", "1.5", None),
        ("dwell_ms", '"12"', 12),
        ("dwell_ms", "{}", None),
        ("viewed_at", "1793491200", None),
    ],
)
def test_a_json_value_of_another_type_is_read_as_its_text_or_refused(site, field, text, loaded):
    first, second = views(2)
    spelt = json.dumps(second).replace(
        f'"{field}": {json.dumps(second[field])}', f'"{field}": {text}'
    )
    assert text in spelt
    site.deliver(VIEWS, gzip.compress(f"{json.dumps(first)}\n{spelt}\n".encode(), mtime=0))
    site.intake(VIEWS)
    columns = [column.name for column in CONTRACTS[VIEWS].columns]
    rows = {row[0]: row for row in site.lake_rows(VIEWS)}
    if loaded is None:
        assert [record for record, _, _ in site.refused_records()] == [2]
        assert set(rows) == {"V0"}
    else:
        assert rows["V1"][columns.index(field)] == loaded


def test_every_spelling_of_a_header_line_gives_the_same_rows(tmp_path):
    seen = set()
    orders = [BILL_COLUMNS[turn:] + BILL_COLUMNS[:turn] for turn in range(len(BILL_COLUMNS))]
    for step, order in enumerate(orders):
        site = install(tmp_path / str(step))
        site.deliver(BILLS, content(CONTRACTS[BILLS], bills(3), order), 3)
        site.intake(BILLS)
        seen.add(repr(site.lake_rows(BILLS)))
    assert len(seen) == 1


def test_one_table_in_three_encodings_is_the_same_table(tmp_path):
    seen = set()
    rows = [row | {"bill_id": "账单甲"} for row in bills(3)]
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        declared = encoding.removesuffix("-sig")
        contract = {BILLS: replace(CONTRACTS[BILLS], encoding=declared)}
        site = install(tmp_path / encoding)
        site.deliver(BILLS, content(CONTRACTS[BILLS], rows).decode().encode(encoding), 3)
        run_intake(site, contract)
        assert site.reasons() == []
        seen.add(repr(site.lake_rows(BILLS)))
    assert len(seen) == 1
