"""One customer who lives from October into November 2026, as every export would tell it.

In November everything happens that could reach back into October: ends, moves, payments of old
bills, logins that name an old visitor, withdrawals, a duplicate record. What does not belong here:
assertions.
"""

from datetime import date, datetime

from tiny_lake import TinyLake

OCTOBER, TODAY = date(2026, 10, 31), date(2026, 11, 15)


class Living(TinyLake):
    """A tiny lake with dated identity and several snapshots."""

    def snapshots(self, wanted: dict[date, str], eve: dict[date, str] | None = None) -> None:
        """Look from the last of the wanted days; a value is the version of the snapshot."""
        self.audit(as_of=max(wanted))
        columns = "as_of_date date, is_month_end boolean, version varchar"
        rows = [(day, day == OCTOBER, version) for day, version in wanted.items()]
        self._table("audit/snapshots", columns, rows)
        eves = [(day, False, version, True) for day, version in (eve or {}).items()]
        days = [*((*row, False) for row in rows), *eves]
        self._table("audit/segment_days", f"{columns}, is_eve boolean", days)

    def know(self, *records: tuple[str, str, str, date]) -> None:
        """Say which records belong to the one customer, and from which day on they do."""
        columns = (
            "source_name varchar, entity varchar, source_id varchar, customer_key varchar,"
            " rule_code varchar, valid_from date, valid_to date, confidence double,"
            " first_known_date date"
        )
        rows = [
            (source, entity, number, "k1", "test", born, date(9999, 12, 31), 1.0, born)
            for source, entity, number, born in records
        ]
        self._table("identity/customer_xref", columns, rows)


def event(day: date, moment: str, **values: object) -> dict:
    return {moment: datetime(day.year, day.month, day.day, 4), "_event_date": day} | values


def customer(number: str, **values: object) -> dict:
    born = {"customer_id": number, "party_type_code": "C", "birth_date": date(1990, 11, 10)}
    return born | {"registered_at": datetime(2025, 1, 1), "status_code": "active"} | values


def account(**values: object) -> dict:
    return {
        "account_id": "A1",
        "account_type_code": "wallet",
        "opened_date": date(2025, 1, 1),
    } | values


def subscription(number: str, **values: object) -> dict:
    fixed = {
        "subscription_id": number,
        "account_id": "A1",
        "product_id": "P1",
        "contract_months": 1,
    }
    return fixed | {"started_date": date(2025, 1, 1), "status_code": "active"} | values


def bill(line: str, day: date, amount: str, bill_id: str) -> dict:
    row = {"bill_line_id": line, "bill_id": bill_id, "account_id": "A1", "item_code": "monthly_fee"}
    dated = {"billed_date": day, "due_date": date(2026, 10, 20), "_event_date": day}
    return row | dated | {"amount_yuan": amount}


def payment(number: str, day: date, amount: str) -> dict:
    row = {"payment_id": number, "account_id": "A1", "bill_id": "B1", "amount_yuan": amount}
    return event(day, "paid_at", method_code="cash", **row)


def balance(day: date, amount: str) -> dict:
    row = {"account_id": "A1", "balance_date": day, "_event_date": day, "balance_yuan": amount}
    return row | {"inflow_yuan": "1.00", "outflow_yuan": "0.00"}


def view(number: str, visitor: str, day: date) -> dict:
    row = {"view_id": number, "visitor_id": visitor, "session_id": number, "page_code": "home"}
    return event(day, "viewed_at", channel_code="web", dwell_ms=60_000, **row)


def contact(number: str, day: date, outcome: str) -> dict:
    row = {"contact_id": number, "customer_id": "C1", "direction_code": "outbound"}
    said = {"channel_code": "phone", "intent_code": "sales", "outcome_code": outcome}
    return event(day, "started_at", **row, **said)


def consent(number: str, day: date, is_granted: bool) -> dict:
    row = {"consent_id": number, "customer_id": "C1", "channel_code": "phone"}
    return event(day, "changed_at", scope_code="marketing", is_granted=is_granted, **row)


def usage(day: date) -> dict:
    used = {"call_minutes": 10.0, "call_count": 2, "sms_count": 1, "data_mb": 5.0}
    row = {"subscription_id": "S1", "usage_date": day, "_event_date": day, "roaming_minutes": 0.0}
    return row | used


def live_until_october(lake: Living) -> None:
    day = date(2026, 10, 5)
    product = {"product_id": "P1", "family_code": "voice", "monthly_cost_yuan": "3.00"}
    lake.deliver("crm/products", OCTOBER, "p0", [product])
    lake.deliver(
        "crm/customers", OCTOBER, "c0", [customer("C1", sex_code="F", region_code="110100")]
    )
    lake.deliver(
        "boss/accounts", OCTOBER, "a0", [account(payment_method_code="cash", is_paperless=False)]
    )
    services = [
        subscription("S1", monthly_fee_yuan="9.00"),
        subscription("S2", monthly_fee_yuan="5.00", ended_date=date(2026, 11, 20)),  # planned
    ]
    lake.deliver("boss/subscriptions", OCTOBER, "s0", services)
    lake.deliver("boss/bills", OCTOBER, "b0", [bill("L1", day, "10.00", "B1")])
    lake.deliver("boss/payments", OCTOBER, "y0", [payment("Y1", day, "4.00")])
    lake.deliver("boss/usage_days", OCTOBER, "u0", [usage(day)])
    lake.deliver("boss/account_balance_days", OCTOBER, "w0", [balance(day, "100.00")])
    lake.deliver("web/page_views", OCTOBER, "v0", [view("W1", "V1", day), view("W2", "V2", day)])
    lake.deliver("crm/contacts", OCTOBER, "t0", [contact("T1", day, "accepted")])
    lake.deliver("crm/consents", OCTOBER, "n0", [consent("N1", day, True)])
    complaint = {
        "complaint_id": "X1",
        "customer_id": "C1",
        "cause_code": "bill",
        "severity_level": 2,
    }
    closed = event(day, "opened_at", closed_at=datetime(2026, 11, 4, 4), **complaint)
    lake.deliver("crm/complaints", OCTOBER, "x0", [closed])
    lake.know(*KNOWN_IN_OCTOBER)


KNOWN_IN_OCTOBER = (
    ("crm", "customer", "C1", date(2025, 1, 1)),
    ("boss", "account", "A1", date(2025, 1, 1)),
    ("web", "visitor", "V1", date(2026, 9, 1)),
)


def live_on(lake: Living) -> None:
    """Let everything happen that could reach back into October."""
    day = date(2026, 11, 3)
    moved = customer("C1", sex_code="M", region_code="310100", status_code="closed")
    lake.deliver(
        "crm/customers", TODAY, "c1", [moved, customer("C2", registered_at=datetime(2026, 11, 3))]
    )
    changed = account(payment_method_code="auto_bank", is_paperless=True, closed_date=day)
    lake.deliver("boss/accounts", TODAY, "a1", [changed])
    ended = [
        subscription("S1", monthly_fee_yuan="99.00", ended_date=day),
        subscription("S2", monthly_fee_yuan="5.00", ended_date=date(2026, 10, 30)),
    ]
    lake.deliver("boss/subscriptions", TODAY, "s1", ended)
    lake.deliver(
        "boss/bills", TODAY, "b1", [bill("L2", day, "7.00", "B1"), bill("L3", day, "8.00", "B2")]
    )
    lake.deliver("boss/payments", TODAY, "y1", [payment("Y2", day, "20.00")])
    lake.deliver("boss/usage_days", TODAY, "u1", [usage(day)])
    lake.deliver("boss/account_balance_days", TODAY, "w1", [balance(day, "900.00")])
    lake.deliver("web/page_views", TODAY, "v1", [view("W3", "V1", day)])
    lake.deliver("crm/contacts", TODAY, "t1", [contact("T2", day, "hung_up")])
    lake.deliver("crm/consents", TODAY, "n1", [consent("N2", day, False)])
    linked = ("web", "visitor", "V2", day)
    lake.know(*KNOWN_IN_OCTOBER, linked, ("crm", "customer", "C2", day))
