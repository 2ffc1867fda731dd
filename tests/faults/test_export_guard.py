"""Before a list may leave: every required day is in, and nobody on it has said no since.

No export is written here; these are the two functions that whoever writes one must call.
"""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from exports import ACCOUNTS, CONSENTS, CONTRACTS, CUSTOMERS, DAY, SUBSCRIPTIONS, customers

from expectations.watch import watch
from warehouse.deliveries import findings
from warehouse.deliveries.freshness import missing_days, of_all
from warehouse.errors import RapportError
from warehouse.exports.guard import export_blockers, require_exportable
from warehouse.exports.suppression import live_suppression
from warehouse.ledger import Ledger

D1, D2, D3 = (DAY + timedelta(days=n) for n in range(3))


def test_missing_days_are_those_between_close_deliveries_and_since_the_last():
    month_ends = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
    november = [date(2026, 11, n) for n in (1, 2, 5, 6)]
    expected = [date(2026, 11, n) for n in (3, 4, 7, 8)]
    assert missing_days([*month_ends, *november], date(2026, 11, 8)) == expected
    assert missing_days([], D1) == []
    assert missing_days([D1], D1) == []


def consent(number: int, customer: str, is_granted: bool, second: int = 0) -> dict:
    return {
        "consent_id": f"N{number}",
        "customer_id": customer,
        "channel_code": "phone",
        "scope_code": "marketing",
        "is_granted": "true" if is_granted else "false",
        "changed_at": f"2026/10/01 10:00:{second:02d}",
    }


ACCOUNT = {
    "account_id": "A1",
    "account_type_code": "postpaid",
    "opened_date": "2025-01-01",
    "status_code": "open",
}
SUBSCRIPTION = {
    "subscription_id": "S1",
    "account_id": "A1",
    "product_id": "P1",
    "started_date": "2025-01-01",
    "status_code": "active",
}


@pytest.fixture
def supplied(site):
    """Two days in full: C00001 and C00002 are one customer, C00003 another."""
    consents = [consent(n, f"C0000{n}", True, n) for n in (1, 2, 3)]
    for day, rows in ((D1, consents), (D2, [])):
        site.deliver_rows(CUSTOMERS, customers(1, first=day.day), day)
        site.deliver_rows(ACCOUNTS, [ACCOUNT | {"account_id": f"A{day.day}"}], day)
        numbered = {"subscription_id": f"S{day.day}"}
        site.deliver_rows(SUBSCRIPTIONS, [SUBSCRIPTION | numbered], day)
        site.deliver_rows(CONSENTS, rows, day)
    assert set(site.intake().states) == {"loaded"}
    identify(site.lake, {"C00001": "anna", "C00002": "anna", "C00003": "bert"})
    return site


def identify(lake: Path, keys: dict[str, str]) -> None:
    path = lake / "identity" / "customer_xref.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = ", ".join(f"('crm', 'customer', '{c}', '{k}')" for c, k in keys.items())
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select *, date '2026-01-01' as valid_from, date '9999-12-31' as valid_to
            from (values {rows}) t(source_name, entity, source_id, customer_key))
            to '{path}' (format parquet)"""
        )
    doubt(lake, "nobody")


def doubt(lake: Path, key: str, is_resolved: bool = False) -> None:
    path = lake / "identity" / "name_quality.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select '{key}' as customer_key, 1 as severity_level,
            {is_resolved} as is_resolved) to '{path}' (format parquet)"""
        )


def reasons(site, as_of: date) -> list[str]:
    return [str(error.fields.get("problem", error)) for error in export_blockers(site, as_of)]


def test_with_everything_in_nothing_stands_in_the_way(supplied):
    assert export_blockers(supplied, D2) == []
    require_exportable(supplied, D2)
    live = live_suppression(supplied, D2)
    assert (live.newest_date, live.of_channel("phone")) == (D2, {"anna", "bert"})
    assert live.of_channel("sms") == frozenset()


def test_a_refusal_after_the_list_was_made_takes_the_person_off_it(supplied):
    supplied.deliver_rows(CONSENTS, [consent(4, "C00003", False, 4)], D3)
    assert reasons(supplied, D2) == ["consents_wait_in_landing"]
    supplied.intake()
    assert live_suppression(supplied, D2).of_channel("phone") == {"anna"}


def test_a_refusal_of_any_record_of_a_person_holds_for_the_person(supplied):
    supplied.deliver_rows(CONSENTS, [consent(4, "C00002", False, 4)], D3)
    supplied.intake()
    assert live_suppression(supplied, D2).of_channel("phone") == {"bert"}
    identify(supplied.lake, {"C00001": "anna", "C00002": "anne", "C00003": "bert"})
    assert live_suppression(supplied, D2).of_channel("phone") == {"anna", "bert"}


def test_a_doubtful_name_takes_a_customer_off_until_it_is_settled(supplied):
    doubt(supplied.lake, "anna")
    assert live_suppression(supplied, D2).of_channel("phone") == {"bert"}
    doubt(supplied.lake, "anna", is_resolved=True)
    assert live_suppression(supplied, D2).of_channel("phone") == {"anna", "bert"}
    (supplied.lake / "identity" / "name_quality.parquet").unlink()
    assert reasons(supplied, D2) == ["unreadable"]


def test_given_and_withdrawn_in_the_same_second_is_a_refusal(supplied):
    both = [consent(4, "C00003", False, 9), consent(5, "C00003", True, 9)]
    supplied.deliver_rows(CONSENTS, both, D3)
    supplied.intake()
    assert live_suppression(supplied, D2).of_channel("phone") == {"anna"}


def test_consents_that_are_stale_lost_or_nobodys_stop_the_export(supplied):
    assert "day_missing" in reasons(supplied, D3)
    (kept,) = supplied.lake.glob(f"raw/crm/consents/business_date={D1}/*.parquet")
    data = kept.read_bytes()
    kept.unlink()
    assert reasons(supplied, D2) == ["rows_missing"]
    kept.write_bytes(data[:-9])
    assert reasons(supplied, D2) == ["unreadable"]
    kept.write_bytes(data)
    (supplied.lake / "identity" / "customer_xref.parquet").unlink()
    assert reasons(supplied, D2) == ["unreadable"]


def test_an_installation_that_knows_nothing_exports_nothing(site):
    assert reasons(site, D1) == ["never_delivered"]
    with pytest.raises(RapportError, match="RP-5001 consents_unknown"):
        require_exportable(site, D1)


def test_a_missing_day_of_a_required_table_stops_the_export_until_it_comes_or_is_accepted(supplied):
    for key, row in ((ACCOUNTS, ACCOUNT), (SUBSCRIPTIONS, SUBSCRIPTION)):
        supplied.deliver_rows(key, [row], D3 + timedelta(days=1))
    supplied.intake()
    required = {key: CONTRACTS[key] for key in (ACCOUNTS, SUBSCRIPTIONS)}
    ledger = Ledger(supplied.ledger_file)
    assert [state.missing for state in of_all(ledger, required, D3)] == [(D3,), (D3,)]
    blockers = [error for error in export_blockers(supplied, D3) if error.code == "RP-1202"]
    named = [
        (error.fields["source"], error.fields["table"], error.fields["date"]) for error in blockers
    ]
    assert named == [
        ("boss", "accounts", D3),
        ("boss", "subscriptions", D3),
        ("crm", "customers", D3),
    ]
    watch(supplied, CONTRACTS, D3)
    for error in blockers[:2]:
        findings.accept(supplied, ledger, error.fields["finding"], "a holiday of the sender")
    supplied.deliver_rows(CUSTOMERS, customers(1, first=9), D3)
    supplied.deliver_rows(CONSENTS, [], D3)
    supplied.intake()
    assert export_blockers(supplied, D3) == []
