"""Which dates and times are believed: no future, no stand-in for "unknown", no two at once.

Pins down that the same values are judged the same way on the fast and on the careful way through a
file, and that a stand-in becomes unknown and is counted, or refuses its record where a time is
needed. Expected values are worked out by hand.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from exports import (
    CONTRACTS,
    DAY,
    bills,
    customers,
    deliver_rows,
    intake,
    lake_rows,
    make_settings,
    refused_records,
)

from warehouse.intake.take import run_intake
from warehouse.ledger import Ledger

BILLS, CUSTOMERS = ("boss", "bills"), ("crm", "customers")
PAYMENTS, COMPLAINTS = ("boss", "payments"), ("crm", "complaints")
BAD_RECORD = {"bill_line_id": "", "amount_yuan": "x"}


def payment(number: int, paid_at: str) -> dict:
    plain = {"account_id": "A1", "bill_id": "", "amount_yuan": "1.00", "method_code": "cash"}
    return plain | {"payment_id": f"P{number}", "paid_at": paid_at}


def complaint(number: int, closed_at: str) -> dict:
    times = {"opened_at": "2026/10/31 12:00:00", "closed_at": closed_at}
    codes = {"cause_code": "bill", "severity_level": "1"}
    return {"complaint_id": f"K{number}", "customer_id": "C1"} | codes | times


def sentinels(settings) -> list[dict]:
    ledger = Ledger(settings.ledger_file)
    found = [event.detail["columns"] for event in ledger.events("sentinel_time")]
    ledger.close()
    return found


@pytest.mark.parametrize("is_careful", [False, True], ids=["fast", "careful"])
def test_what_lies_after_the_day_of_delivery_and_a_day_is_refused(tmp_path, is_careful):
    settings = make_settings(tmp_path)
    days = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2), date(2999, 1, 1)]
    rows = [row | {"billed_date": str(day)} for row, day in zip(bills(4), days, strict=True)]
    rows = rows if not is_careful else [*rows, bills(1, first=9)[0] | BAD_RECORD]
    deliver_rows(settings, BILLS, rows)
    intake(settings, BILLS)
    expected = [(3, "RP-1106", "billed_date"), (4, "RP-1106", "billed_date")]
    assert refused_records(settings)[:2] == expected
    assert [row[6] for row in lake_rows(settings, BILLS)] == days[:2]


def test_the_last_moment_of_the_last_day_is_local(tmp_path):
    settings = make_settings(tmp_path)
    rows = [payment(1, "2026-11-02 23:59:59"), payment(2, "2026-11-03 00:00:00")]
    rows += [payment(3, "2026-11-02T15:59:59Z"), payment(4, "2026-11-02T16:00:00Z")]
    deliver_rows(settings, PAYMENTS, rows)
    intake(settings, PAYMENTS)
    assert refused_records(settings) == [(2, "RP-1106", "paid_at"), (4, "RP-1106", "paid_at")]


def test_a_column_that_may_lie_ahead_may(tmp_path):
    settings = make_settings(tmp_path)
    deliver_rows(settings, BILLS, [bills(1)[0] | {"due_date": "2031-01-01"}])
    intake(settings, BILLS)
    assert [row[7] for row in lake_rows(settings, BILLS)] == [date(2031, 1, 1)]


@pytest.mark.parametrize("is_careful", [False, True], ids=["fast", "careful"])
def test_a_stand_in_for_unknown_is_unknown_and_counted(tmp_path, is_careful):
    settings = make_settings(tmp_path)
    meant = [
        "1970/01/01 08:00:00",  # the epoch, printed in the sender's zone
        "1970/01/01 00:00:00",
        "1900/01/01 00:00:00",
        "9999/12/31 00:00:00",
        "9999/12/31 23:59:59",
        "0000/00/00 00:00:00",
    ]
    rows = [complaint(number, time) for number, time in enumerate([*meant, "1970/01/01 08:00:01"])]
    bad = [complaint(99, "yesterday")] if is_careful else []
    deliver_rows(settings, COMPLAINTS, [*rows, *bad])
    intake(settings, COMPLAINTS)
    columns = [column.name for column in CONTRACTS[COMPLAINTS].columns]
    closed = [row[columns.index("closed_at")] for row in lake_rows(settings, COMPLAINTS)]
    assert sorted(filter(None, closed)) == [datetime(1970, 1, 1, 0, 0, 1)]
    assert len(closed) == 7
    assert sentinels(settings) == [{"closed_at": 6}]


@pytest.mark.parametrize("zeros", ["0000-00-00", "0001-01-01", "1900-01-01", "9999-12-31"])
def test_a_stand_in_where_a_date_is_needed_refuses_the_record(tmp_path, zeros):
    settings = make_settings(tmp_path)
    rows = bills(3)
    rows[1]["billed_date"] = rows[2]["due_date"] = zeros
    deliver_rows(settings, BILLS, rows)
    intake(settings, BILLS)
    assert refused_records(settings) == [(2, "RP-1109", "billed_date")]
    assert [row[7] for row in lake_rows(settings, BILLS)] == [None, None]
    assert sentinels(settings) == [{"billed_date": 1, "due_date": 1}]


def test_a_person_may_be_born_on_the_day_of_the_epoch(tmp_path):
    settings = make_settings(tmp_path)
    born = ["1970-01-01", "1900-01-01"]
    rows = [row | {"birth_date": day} for row, day in zip(customers(2), born, strict=True)]
    deliver_rows(settings, CUSTOMERS, rows)
    intake(settings, CUSTOMERS)
    assert [row[7] for row in lake_rows(settings, CUSTOMERS)] == [date(1970, 1, 1), None]


def test_summer_time_of_the_years_china_had_it_is_honoured(tmp_path):
    settings = make_settings(tmp_path)
    local = ["1986-07-01 12:00:00", "1991-09-01 12:00:00", "1992-07-01 12:00:00"]
    deliver_rows(settings, PAYMENTS, [payment(n, time) for n, time in enumerate(local)])
    intake(settings, PAYMENTS)
    hours = {row[0]: row[5].hour for row in lake_rows(settings, PAYMENTS)}
    assert hours == {"P0": 3, "P1": 3, "P2": 4}


def with_formats(*formats: str, column: str = "billed_date"):
    contract = CONTRACTS[BILLS]
    columns = tuple(
        replace(each, date_formats=formats) if each.name == column else each
        for each in contract.columns
    )
    return {BILLS: replace(contract, columns=columns)}


def test_several_date_formats_are_read_where_the_contract_lists_them(tmp_path):
    settings = make_settings(tmp_path)
    texts = ["2026-10-20", "20/10/2026", "10/20/2026", "05/05/2026", "03/04/2026", "20.10.2026"]
    rows = [row | {"billed_date": text} for row, text in zip(bills(6), texts, strict=True)]
    deliver_rows(settings, BILLS, rows)
    run_intake(settings, with_formats("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"))
    assert refused_records(settings) == [
        (5, "RP-1108", "billed_date"),
        (6, "RP-1101", "billed_date"),
    ]
    assert [row[6] for row in lake_rows(settings, BILLS)] == [date(2026, 10, 20)] * 3 + [
        date(2026, 5, 5)
    ]


def test_full_width_dates_and_numbers_mean_what_they_say(tmp_path):
    settings = make_settings(tmp_path)
    wide = {"amount_yuan": "－１２．５０", "billed_date": "２０２６－１０－２０"}
    deliver_rows(settings, BILLS, [*bills(1), bills(1, first=2)[0] | wide])
    intake(settings, BILLS)
    assert refused_records(settings) == []
    assert [(float(row[5]), row[6]) for row in lake_rows(settings, BILLS)] == [
        (1.01, DAY),
        (-12.5, date(2026, 10, 20)),
    ]
