"""What a delivered file can hold: other encodings, wrong values, repeated keys.

Pins down that every record is loaded with exactly its values or refused with number, reason and
column, and that nothing is rounded, guessed or replaced.
"""

import gzip
import json
from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest
from exports import BILLS, CONTRACTS, CUSTOMERS, PAYMENTS, VIEWS, bills, content, customers, views
from installation import loaded, with_key


def test_the_same_text_in_three_encodings_is_the_same_data(tmp_path):
    rows = [row | {"bill_id": "账单甲"} for row in bills(3)]
    plain = content(CONTRACTS[BILLS], rows)
    expected = loaded(tmp_path / "a", BILLS, plain, 3)
    assert loaded(tmp_path / "b", BILLS, b"\xef\xbb\xbf" + plain, 3) == expected
    assert loaded(tmp_path / "c", BILLS, plain.replace(b"\n", b"\r\n"), 3) == expected
    chinese = content(CONTRACTS[CUSTOMERS], customers(3))
    marked = ("\ufeff" + chinese.decode("gb18030")).encode("gb18030")
    tokens = loaded(tmp_path / "d", CUSTOMERS, chinese, 3)
    assert loaded(tmp_path / "e", CUSTOMERS, marked, 3) == tokens


@pytest.mark.parametrize(
    ("key", "encoding"), [(CUSTOMERS, "utf-8"), (BILLS, "gb18030"), (CUSTOMERS, "utf-16")]
)
def test_another_encoding_than_declared_refuses_the_file(site, key, encoding):
    rows = customers(9) if key == CUSTOMERS else [row | {"bill_id": "账单"} for row in bills(9)]
    text = content(CONTRACTS[key], rows).decode(CONTRACTS[key].encoding)
    site.deliver(key, text.encode(encoding), 9)
    site.intake(key)
    assert site.reasons() == ["RP-1014"]


def test_utf8_that_happens_to_decode_as_gb18030_is_refused_all_the_same(site):
    contract = CONTRACTS[CUSTOMERS]
    rows = [row | {"customer_name": "张伟王芳", "address": ""} for row in customers(9)]
    body = content(contract, rows).decode("gb18030").split("\n", 1)[1]
    header = ",".join(column.name for column in contract.columns)
    data = f"{header}\n{body}".encode()
    assert data.decode("gb18030") != data.decode("utf-8")
    site.deliver(CUSTOMERS, data)
    site.intake(CUSTOMERS)
    assert site.reasons() == ["RP-1014"]


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("amount_yuan", "1,234.50", "RP-1101"),
        ("amount_yuan", "1.005", "RP-1101"),
        ("amount_yuan", "12345678901.00", "RP-1101"),
        ("amount_yuan", "NA", "RP-1101"),
        ("amount_yuan", "", "RP-1102"),
        ("billed_date", "20/11/2026", "RP-1101"),
        ("billed_date", "2026-02-30", "RP-1101"),
        ("billed_date", "infinity", "RP-1101"),
        ("bill_line_id", " ", "RP-1102"),
        ("item_code", "gift", "RP-1103"),
        ("item_code", "Monthly_fee", "RP-1103"),
    ],
)
def test_one_bad_value_refuses_one_record(site, column, value, code):
    rows = bills(10)
    rows[6] = rows[6] | {column: value}
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    assert site.refused_records() == [(7, code, column)]
    assert [row[0] for row in site.lake_rows(BILLS)] == [
        row["bill_line_id"] for number, row in enumerate(rows, 1) if number != 7
    ]


def test_a_twentieth_of_bad_values_refuses_the_file(site):
    rows = bills(200)
    for row in rows[::20]:
        row["amount_yuan"] = "x"
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    (account,) = site.accounting()
    assert (account["reason_code"], account["records_in"]) == ("RP-1016", 200)
    assert (account["loaded"], account["quarantined"]) == (0, 200)
    assert site.lake_rows(BILLS) == []
    assert len(site.refused_records()) == 10


def test_repeated_rows_are_kept_once_and_contradicting_ones_not_at_all(site):
    rows = bills(6)
    rows += [rows[0], rows[0], rows[1] | {"amount_yuan": "99.00"}]
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    (account,) = site.accounting()
    assert (account["loaded"], account["quarantined"], account["deduplicated"]) == (5, 2, 2)
    assert [row[0] for row in site.lake_rows(BILLS)] == [
        "L000001",
        "L000003",
        "L000004",
        "L000005",
        "L000006",
    ]
    assert site.refused_records() == [
        (2, "RP-1104", "bill_line_id"),
        (9, "RP-1104", "bill_line_id"),
    ]


def test_malformed_records_are_refused_by_number_and_the_rest_is_exact(site):
    lines = content(CONTRACTS[BILLS], bills(12)).split(b"\n")
    lines[2] += b",surplus"
    lines[4] = lines[4].rsplit(b",", 1)[0]
    lines[6] = lines[6].replace(b"B0", b"B\0", 1)
    lines[8] = lines[8].replace(b"B000008", b'"B\n\n""00"', 1)
    lines[9] = lines[9].replace(b"B000009", b'"B"x', 1)
    lines.insert(1, b"")
    site.deliver(BILLS, b"\n".join(lines), 12)
    site.intake(BILLS)
    assert site.refused_records() == [(n, "RP-1105", None) for n in (2, 4, 6, 9)]
    rows = {row[0]: row for row in site.lake_rows(BILLS, lineage=True)}
    assert sorted(rows) == [f"L{n:06d}" for n in (1, 3, 5, 7, 8, 10, 11, 12)]
    assert rows["L000008"][1] == 'B\n\n"00'
    assert [rows[f"L{n:06d}"][-3] for n in (1, 8, 12)] == [1, 8, 12]
    assert rows["L000012"][5] == Decimal("12.12")


def test_a_quote_that_never_closes_refuses_the_file(site):
    data = content(CONTRACTS[BILLS], bills(9)).replace(b"B000004", b'"B000004')
    site.deliver(BILLS, data, 9)
    site.intake(BILLS)
    assert site.reasons() == ["RP-1015"]


def test_json_lines_are_held_to_the_same_rules(site):
    lines = [json.dumps(row) for row in views(9)]
    lines[1] = lines[1][:-5]
    lines[2] = lines[2].replace('"page_code"', '"view_id"')
    lines[3] = "[1, 2]"
    lines[4] = lines[4].replace("home", "ho\\u0000me")
    lines[5] = lines[5].replace("5000", '"many"')
    lines[6] = lines[6].replace('"web"', '"fax"').replace("}", ', "depth": 3}')
    lines.insert(1, "")
    site.deliver(VIEWS, gzip.compress(("\n".join(lines) + "\n").encode(), mtime=0))
    site.intake(VIEWS)
    assert site.refused_records()[:4] == [(n, "RP-1105", None) for n in (2, 3, 4, 5)]
    assert site.reasons() == ["RP-1016"], "six of nine are more than five and than one in 100"
    assert site.refused_records()[4:] == [
        (6, "RP-1101", "dwell_ms"),
        (7, "RP-1103", "channel_code"),
    ]


def test_times_are_utc_and_days_are_local_wherever_the_process_runs(tmp_path, monkeypatch):
    seen = set()
    for zone in ("UTC", "Asia/Shanghai", "America/New_York"):
        monkeypatch.setenv("TZ", zone)
        site = with_key(tmp_path / zone.replace("/", "_"))
        payment = {"account_id": "A1", "bill_id": "", "amount_yuan": "1.00", "method_code": "cash"}
        times = ["2026-10-31 23:30:00", "2026-10-31T15:30:00Z", "2026-11-01 00:30:00+09:00"]
        rows = [payment | {"payment_id": f"P{i}", "paid_at": t} for i, t in enumerate(times)]
        site.deliver_rows(PAYMENTS, rows)
        site.deliver_rows(VIEWS, [views(1)[0] | {"viewed_at": "2026-10-31T16:30:00Z"}])
        site.deliver_rows(CUSTOMERS, customers(1))
        site.intake(PAYMENTS, VIEWS, CUSTOMERS)
        paid = {(row[5], row[6]) for row in site.lake_rows(PAYMENTS)}
        assert paid == {(datetime(2026, 10, 31, 15, 30), date(2026, 10, 31))}
        assert site.lake_rows(VIEWS)[0][8] == date(2026, 11, 1)
        assert site.lake_rows(CUSTOMERS)[0][14] == datetime(2020, 1, 2, 15, 30)
        seen.add(repr([site.lake_rows(key) for key in (PAYMENTS, VIEWS, CUSTOMERS)]))
    assert len(seen) == 1


def test_four_byte_characters_and_formulas_are_data(site):
    rows = customers(3)
    rows[2]["occupation_code"] = "=cmd|' /C calc'!A0"
    site.deliver_rows(CUSTOMERS, rows)
    site.intake(CUSTOMERS)
    assert site.lake_rows(CUSTOMERS)[2][9] == "=cmd|' /C calc'!A0"
    with duckdb.connect() as con:
        names = con.sql(
            f"select customer_name from '{site.vault}/crm/customers/*/*.parquet' order by source_id"
        ).fetchall()
    assert names == [("欧阳测试",), ("𠮷人2",), ("𠮷人3",)]
