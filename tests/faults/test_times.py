"""Which dates and times are believed: no future, no stand-in for "unknown", no two at once.

Pins down that the same values are judged the same way on the fast and on the careful way through a
file, and that a stand-in becomes unknown and is counted, or refuses its record where a time is
needed. Expected values are worked out by hand.
"""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from exports import BILLS, COMPLAINTS, CONTRACTS, CUSTOMERS, DAY, PAYMENTS, bills, customers

from warehouse.intake.take import run_intake
from warehouse.ledger import Ledger

BAD_RECORD = {"bill_line_id": "", "amount_yuan": "x"}


def payment(number: int, paid_at: str) -> dict:
    plain = {"account_id": "A1", "bill_id": "", "amount_yuan": "1.00", "method_code": "cash"}
    return plain | {"payment_id": f"P{number}", "paid_at": paid_at}


def complaint(number: int, closed_at: str) -> dict:
    times = {"opened_at": "2026/10/31 12:00:00", "closed_at": closed_at}
    codes = {"cause_code": "bill", "severity_level": "1"}
    return {"complaint_id": f"K{number}", "customer_id": "C1"} | codes | times


def sentinels(site) -> list[dict]:
    ledger = Ledger(site.ledger_file)
    found = [event.detail["columns"] for event in ledger.events("sentinel_time")]
    ledger.close()
    return found


@pytest.mark.parametrize("is_careful", [False, True], ids=["fast", "careful"])
def test_what_lies_after_the_day_of_delivery_and_a_day_is_refused(site, is_careful):
    days = [DAY, DAY + timedelta(days=1), DAY + timedelta(days=2), date(2999, 1, 1)]
    rows = [row | {"billed_date": str(day)} for row, day in zip(bills(4), days, strict=True)]
    rows = rows if not is_careful else [*rows, bills(1, first=9)[0] | BAD_RECORD]
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    expected = [(3, "RP-1106", "billed_date"), (4, "RP-1106", "billed_date")]
    assert site.refused_records()[:2] == expected
    assert [row[6] for row in site.lake_rows(BILLS)] == days[:2]


def test_the_last_moment_of_the_last_day_is_local(site):
    rows = [payment(1, "2026-11-02 23:59:59"), payment(2, "2026-11-03 00:00:00")]
    rows += [payment(3, "2026-11-02T15:59:59Z"), payment(4, "2026-11-02T16:00:00Z")]
    site.deliver_rows(PAYMENTS, rows)
    site.intake(PAYMENTS)
    assert site.refused_records() == [(2, "RP-1106", "paid_at"), (4, "RP-1106", "paid_at")]


def test_a_column_that_may_lie_ahead_may(site):
    site.deliver_rows(BILLS, [bills(1)[0] | {"due_date": "2031-01-01"}])
    site.intake(BILLS)
    assert [row[7] for row in site.lake_rows(BILLS)] == [date(2031, 1, 1)]


@pytest.mark.parametrize("is_careful", [False, True], ids=["fast", "careful"])
def test_a_stand_in_for_unknown_is_unknown_and_counted(site, is_careful):
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
    site.deliver_rows(COMPLAINTS, [*rows, *bad])
    site.intake(COMPLAINTS)
    columns = [column.name for column in CONTRACTS[COMPLAINTS].columns]
    closed = [row[columns.index("closed_at")] for row in site.lake_rows(COMPLAINTS)]
    assert sorted(filter(None, closed)) == [datetime(1970, 1, 1, 0, 0, 1)]
    assert len(closed) == 7
    assert sentinels(site) == [{"closed_at": 6}]


@pytest.mark.parametrize("zeros", ["0000-00-00", "0001-01-01", "1900-01-01", "9999-12-31"])
def test_a_stand_in_where_a_date_is_needed_refuses_the_record(site, zeros):
    rows = bills(3)
    rows[1]["billed_date"] = rows[2]["due_date"] = zeros
    site.deliver_rows(BILLS, rows)
    site.intake(BILLS)
    assert site.refused_records() == [(2, "RP-1109", "billed_date")]
    assert [row[7] for row in site.lake_rows(BILLS)] == [None, None]
    assert sentinels(site) == [{"billed_date": 1, "due_date": 1}]


def test_a_person_may_be_born_on_the_day_of_the_epoch(site):
    born = ["1970-01-01", "1900-01-01"]
    rows = [row | {"birth_date": day} for row, day in zip(customers(2), born, strict=True)]
    site.deliver_rows(CUSTOMERS, rows)
    site.intake(CUSTOMERS)
    assert [row[7] for row in site.lake_rows(CUSTOMERS)] == [date(1970, 1, 1), None]


def test_summer_time_of_the_years_china_had_it_is_honoured(site):
    local = ["1986-07-01 12:00:00", "1991-09-01 12:00:00", "1992-07-01 12:00:00"]
    site.deliver_rows(PAYMENTS, [payment(n, time) for n, time in enumerate(local)])
    site.intake(PAYMENTS)
    hours = {row[0]: row[5].hour for row in site.lake_rows(PAYMENTS)}
    assert hours == {"P0": 3, "P1": 3, "P2": 4}


def with_formats(*formats: str, column: str = "billed_date"):
    contract = CONTRACTS[BILLS]
    columns = tuple(
        replace(each, date_formats=formats) if each.name == column else each
        for each in contract.columns
    )
    return {BILLS: replace(contract, columns=columns)}


def test_several_date_formats_are_read_where_the_contract_lists_them(site):
    texts = ["2026-10-20", "20/10/2026", "10/20/2026", "05/05/2026", "03/04/2026", "20.10.2026"]
    rows = [row | {"billed_date": text} for row, text in zip(bills(6), texts, strict=True)]
    site.deliver_rows(BILLS, rows)
    run_intake(site, with_formats("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"))
    assert site.refused_records() == [
        (5, "RP-1108", "billed_date"),
        (6, "RP-1101", "billed_date"),
    ]
    assert [row[6] for row in site.lake_rows(BILLS)] == [date(2026, 10, 20)] * 3 + [
        date(2026, 5, 5)
    ]


def test_full_width_dates_and_numbers_mean_what_they_say(site):
    wide = {"amount_yuan": "－１２．５０", "billed_date": "２０２６－１０－２０"}
    site.deliver_rows(BILLS, [*bills(1), bills(1, first=2)[0] | wide])
    site.intake(BILLS)
    assert site.refused_records() == []
    assert [(float(row[5]), row[6]) for row in site.lake_rows(BILLS)] == [
        (1.01, DAY),
        (-12.5, date(2026, 10, 20)),
    ]
