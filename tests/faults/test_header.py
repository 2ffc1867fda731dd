"""Columns of delivered files: in any order, by any known name, more or fewer than declared.

Pins down that columns are matched by name alone, that what is missing or resembles a declared
column is never guessed, and that what nobody declared cannot carry an identifier.
"""

import csv
import io
import json
from itertools import permutations

import pytest
from exports import BILL_COLUMNS, BILLS, CONTRACTS, CUSTOMERS, PAYMENTS, bills, content, customers
from installation import loaded

from warehouse.intake.header import match, split


def test_columns_in_every_order_there_is_are_found_by_name():
    contract = CONTRACTS[PAYMENTS]
    names = [column.name for column in contract.columns]
    seen = set()
    for order in permutations(names):
        record = [f"value of {name}" for name in order]
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([order, record])
        header, rest = split(out.getvalue().encode(), contract.delimiter)
        assert rest.decode() == ",".join(record) + "\n"
        found = match(contract, header)
        assert {name: record[at] for name, at in found.position.items()} == {
            name: f"value of {name}" for name in names
        }
        assert (found.unknown, found.absent) == ((), ())
        seen.add(tuple(header))
    assert len(seen) == 720


@pytest.mark.parametrize("shift", [1, 3, 6])
def test_a_file_with_turned_columns_gives_the_same_rows(tmp_path, shift):
    plain = loaded(tmp_path / "a", BILLS, content(CONTRACTS[BILLS], bills(2)), 2)
    order = BILL_COLUMNS[shift:] + BILL_COLUMNS[:shift]
    turned = content(CONTRACTS[BILLS], bills(2), header=order)
    assert loaded(tmp_path / "b", BILLS, turned, 2) == plain


def test_the_order_of_columns_does_not_matter(tmp_path):
    plain = loaded(tmp_path / "a", BILLS, content(CONTRACTS[BILLS], bills(5)), 5)
    turned = content(CONTRACTS[BILLS], bills(5), header=BILL_COLUMNS[::-1])
    assert loaded(tmp_path / "b", BILLS, turned, 5) == plain
    assert len(plain) == 5


def test_an_alias_and_the_contract_name_mean_the_same_column(tmp_path):
    contract = CONTRACTS[CUSTOMERS]
    chinese = content(contract, customers(3))
    english = chinese.decode("gb18030").split("\n", 1)[1]
    english = ",".join(column.name for column in contract.columns) + "\n" + english
    plain = loaded(tmp_path / "a", CUSTOMERS, chinese, 3)
    assert loaded(tmp_path / "b", CUSTOMERS, english.encode("gb18030"), 3) == plain


def test_an_unknown_column_is_kept_beside_the_row_without_identifiers(site):
    rows = [row | {"points": "17", "phone2": "13912345678"} for row in bills(2)]
    site.deliver(BILLS, content(CONTRACTS[BILLS], rows, [*BILL_COLUMNS, "points", "phone2"]), 2)
    site.intake(BILLS)
    extras = [json.loads(row[-2]) for row in site.lake_rows(BILLS)]
    assert [extra["points"] for extra in extras] == ["17", "17"]
    assert all(len(extra["phone2"]) == 26 for extra in extras)
    assert "13912345678" not in repr(site.lake_rows(BILLS, lineage=True))


def test_a_missing_required_column_refuses_the_file(site):
    header = [name for name in BILL_COLUMNS if name != "amount_yuan"]
    rows = [{k: v for k, v in row.items() if k != "amount_yuan"} for row in bills(2)]
    site.deliver(BILLS, content(CONTRACTS[BILLS], rows, header), 2)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1012"]


def test_a_renamed_column_is_refused_with_the_position_of_what_it_looks_like():
    header = ["due_dates" if name == "due_date" else name for name in BILL_COLUMNS]
    with pytest.raises(Exception, match=r"RP-1012 .*column=due_date looks_like_column=8"):
        match(CONTRACTS[BILLS], header)


def test_a_missing_optional_column_reads_as_unknown(tmp_path):
    header = [name for name in BILL_COLUMNS if name != "due_date"]
    rows = [{k: v for k, v in row.items() if k != "due_date"} for row in bills(2)]
    assert [
        row[7] for row in loaded(tmp_path / "a", BILLS, content(CONTRACTS[BILLS], rows, header), 2)
    ] == [None, None]


def test_a_repeated_header_name_refuses_the_file(site):
    data = content(CONTRACTS[BILLS], bills(2)).replace(b"due_date\n", b"bill_id\n", 1)
    site.deliver(BILLS, data, 2)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1013"]
