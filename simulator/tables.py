"""From what happened to the columns of the exports, one function per subject.

Names of columns are the contract's; headers, order and formats come from it at writing. What does not
belong here: drawing anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from simulator import billing, deliver, products, purchases, web
from simulator import contacts as book
from simulator import service as talk
from simulator.columns import NO_NUMBER, codes, digits, joined, numbered
from simulator.people import METHODS
from simulator.periods import DAY_MS, Period

if TYPE_CHECKING:
    from simulator.balances import BalanceRows
    from simulator.world import World


def usage(world: World, period: Period, blocks: list[dict[str, np.ndarray]]) -> None:
    """BOSS usage by day."""
    rows = {k: np.concatenate([b[k] for b in blocks]) for k in blocks[0]}
    columns = {
        "subscription_id": numbered("S", rows["subscription"] + 1, 9),
        "usage_date": rows["day"],
        "call_minutes": rows["minutes"],
        "call_count": rows["calls"],
        "sms_count": rows["sms"],
        "data_mb": rows["megabytes"],
        "roaming_minutes": rows["roaming"],
    }
    deliver.events(world.exporter, period, "boss", "usage_days", rows["day"], columns)


def balances(world: World, period: Period, rows: BalanceRows) -> None:
    """BOSS wallet balances by day."""
    columns = {
        "account_id": world.records.account_id(len(world) + rows.person),
        "balance_date": rows.day,
        "balance_yuan": rows.balance,
        "inflow_yuan": rows.inflow,
        "outflow_yuan": rows.outflow,
    }
    deliver.events(world.exporter, period, "boss", "account_balance_days", rows.day, columns)


def _bill_id(world: World, stamp: object, person: np.ndarray) -> pa.Array:
    return joined("B", stamp, digits(10**9 + world.records.account_number[person]))


def bills(world: World, period: Period, bill: billing.Bills) -> None:
    """BOSS bill lines."""
    columns = {
        "bill_line_id": numbered("L", world.numbers("bill line", len(bill.person)), 10),
        "bill_id": _bill_id(world, period.stamp, bill.person),
        "account_id": world.records.account_id(bill.person),
        "subscription_id": numbered(
            "S", np.where(bill.subscription < 0, -1, bill.subscription + 1), 9
        ),
        "item_code": codes(billing.ITEMS, bill.item),
        "amount_yuan": bill.amount,
        "billed_date": bill.day,
        "due_date": bill.day + billing.DUE_DAYS,
    }
    deliver.events(world.exporter, period, "boss", "bills", bill.day, columns)


def payments(world: World, period: Period, decided: billing.Payments) -> None:
    """BOSS payments made in the period, decided on now or before."""
    fields = ("person", "bill_stamp", "amount", "at")
    blocks = [*world.waiting, {f: getattr(decided, f) for f in fields}]
    rows = {f: np.concatenate([b[f] for b in blocks]) for f in fields}
    due = rows["at"] < (period.last + 1) * DAY_MS
    world.waiting = [{f: rows[f][~due] for f in fields}]
    order = np.flatnonzero(due)
    order = order[np.lexsort((rows["person"][order], rows["at"][order]))]
    rows = {f: rows[f][order] for f in fields}
    stamp = digits(rows["bill_stamp"])
    columns = {
        "payment_id": numbered("P", world.numbers("payment", len(order)), 10),
        "account_id": world.records.account_id(rows["person"]),
        "bill_id": _bill_id(world, stamp, rows["person"]),
        "amount_yuan": rows["amount"],
        "method_code": codes(METHODS, world.people.method[rows["person"]]),
        "paid_at": rows["at"],
    }
    deliver.events(world.exporter, period, "boss", "payments", rows["at"] // DAY_MS, columns)


def visits(world: World, period: Period, visit: web.Visits, logged_in: np.ndarray) -> None:
    """Web page views and logins."""
    order = np.lexsort((visit.view_position, visit.session_start[visit.view_session]))
    session = visit.view_session[order]
    serial = world.numbers("session", len(visit.session_start))
    visitor = visitor_id(world, visit.session_visitor)
    columns = {
        "view_id": numbered("V", world.numbers("view", len(order)), 10),
        "visitor_id": visitor.take(pa.array(session)),
        "session_id": numbered("E", serial[session], 10),
        "viewed_at": visit.at[order],
        "page_code": codes(web.PAGES, visit.page[order]),
        "product_id": codes(products.ID, visit.product[order]),
        "channel_code": codes(("web", "app"), visit.is_app[session].astype(np.int8)),
        "dwell_ms": np.where(visit.dwell[order] < 0, NO_NUMBER, visit.dwell[order]),
    }
    # a view of a visit that began on the day's last minutes belongs to the day it was seen
    deliver.events(world.exporter, period, "web", "page_views", visit.at[order] // DAY_MS, columns)
    at = visit.session_start[logged_in] + 4_000
    columns = {
        "login_id": numbered("G", world.numbers("login", len(at)), 10),
        "visitor_id": visitor.take(pa.array(logged_in)),
        "account_id": world.records.account_id(visit.session_person[logged_in]),
        "logged_in_at": at,
    }
    deliver.events(world.exporter, period, "web", "logins", at // DAY_MS, columns)


def visitor_id(world: World, visitor: np.ndarray) -> pa.Array:
    """Browser and app visitors: numbers that show nothing of the person."""
    from simulator.randomness import permuted

    return numbered("U", permuted(visitor, world.seed + 29, 9), 9)


def orders(world: World, period: Period, rows: purchases.Orders) -> None:
    """Web orders."""
    rng = world.rng("order times", period)
    at = rows.day * DAY_MS + rng.integers(8 * 3600, 23 * 3600, len(rows.person)) * 1000
    columns = {
        "order_id": numbered("O", world.numbers("order", len(at)), 9),
        "visitor_id": visitor_id(world, 2 * rows.person + rows.is_app),
        "account_id": world.records.account_id(rows.person),
        "product_id": codes(products.ID, rows.product),
        "channel_code": codes(("web", "app"), rows.is_app.astype(np.int8)),
        "amount_yuan": rows.amount,
        "status_code": codes(purchases.STATUSES, rows.status),
        "ordered_at": at,
    }
    deliver.events(world.exporter, period, "web", "orders", rows.day, columns)


def _record(world: World, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The CRM record an agent happens to open: for people with two, now and then the second."""
    records = world.records
    second = np.full(len(world), -1)
    extra = np.flatnonzero(records.duplicate_rule > 0)
    second[records.person[extra]] = extra
    other = second[person]
    use = (other >= 0) & (records.registered[other] < day) & (person % 3 == 0)
    return np.where(use, other, records.first_of[person])


def contacts(world: World, period: Period, rows: dict[str, np.ndarray]) -> np.ndarray:
    """CRM contacts; returns their numbers."""
    number = world.numbers("contact", len(rows["person"]))
    day = rows["start"] // DAY_MS
    campaign_ids = [c.campaign_id for c in world.campaigns]
    in_campaign = rows["campaign"] >= 0
    lead = world.records.first_of[rows["person"]]
    record = np.where(in_campaign, lead, _record(world, rows["person"], day))
    columns = {
        "contact_id": numbered("K", number, 10),
        "customer_id": world.records.customer_id(record),
        "campaign_id": codes(campaign_ids, rows["campaign"]),
        "direction_code": codes(book.DIRECTIONS, rows["direction"]),
        "channel_code": codes(book.CHANNELS, rows["channel"]),
        "agent_id": numbered("T", rows["agent"], 4),
        "offer_product_id": codes(products.ID, rows["product"]),
        "intent_code": codes(book.INTENTS, rows["intent"]),
        "reason_code": codes(book.REASONS, rows["reason"]),
        "outcome_code": codes(book.OUTCOMES, rows["outcome"]),
        "started_at": rows["start"],
        "ended_at": rows["end"],
    }
    deliver.events(world.exporter, period, "crm", "contacts", day, columns)
    return number


def complaints(world: World, period: Period, rows: talk.Complaints) -> None:
    """CRM complaints."""
    day = rows.opened // DAY_MS
    columns = {
        "complaint_id": numbered("M", world.numbers("complaint", len(day)), 8),
        "customer_id": world.records.customer_id(_record(world, rows.person, day)),
        "cause_code": codes(talk.CAUSES, rows.cause),
        "severity_level": rows.severity,
        "opened_at": rows.opened,
        "closed_at": rows.closed,
    }
    deliver.events(world.exporter, period, "crm", "complaints", day, columns)


def surveys(
    world: World,
    period: Period,
    rows: dict[str, np.ndarray],
    survey: dict[str, np.ndarray],
    number: np.ndarray,
) -> None:
    """CRM satisfaction surveys."""
    row = survey["row"]
    day = survey["at"] // DAY_MS
    columns = {
        "survey_id": numbered("Q", world.numbers("survey", len(row)), 8),
        "customer_id": world.records.customer_id(world.records.first_of[rows["person"][row]]),
        "contact_id": numbered("K", number[row], 10),
        "score": survey["score"],
        "scale_max": survey["scale"],
        "answered_at": survey["at"],
    }
    deliver.events(world.exporter, period, "crm", "surveys", day, columns)


CONSENT_CHANNELS = ("phone", "sms", "email", "app", "web")
CONSENT_SCOPES = ("marketing", "service", "profiling")


def consents(
    world: World,
    period: Period,
    rows: dict[str, np.ndarray],
    hit: np.ndarray,
    extra: np.ndarray,
    hazard: np.ndarray,
) -> None:
    """CRM consents: all are asked anew in the first days, newcomers on arrival; some withdraw."""
    records, history = world.records, world.history
    known = records.registered < period.first + (5 if period.index == 0 else 0)
    fresh = np.flatnonzero(
        (records.registered <= period.last)
        & ((records.registered >= period.first) | (period.index == 0))
    )
    day = np.where(known[fresh], period.first + fresh % 5, records.registered[fresh])
    base = day * np.int64(DAY_MS) + records.second[fresh] * 1000
    who = records.person[fresh]
    blocks = [
        (fresh, 0, 0, history.allows_phone[who], base),
        (fresh, 1, 0, history.allows_sms[who], base + 1000),
        (fresh, 2, 0, (who * 31 % 10) < 8, base + 2000),
        (fresh, 4, 2, (who * 17 % 10) < 7, base + 3000),
    ]
    person, channel = rows["person"][hit], rows["channel"][hit]
    allowed = np.where(
        channel == book.PHONE, history.allows_phone[person], history.allows_sms[person]
    )
    at = rows["end"][hit] + 600_000
    able = allowed & (at < (rows["start"][hit] // DAY_MS + 1) * DAY_MS)
    able &= np.isin(channel, (book.PHONE, book.SMS))
    for which, state in ((book.PHONE, history.allows_phone), (book.SMS, history.allows_sms)):
        mine = np.flatnonzero(able & (channel == which))
        _, first = np.unique(person[mine], return_index=True)
        mine = mine[first]
        lead = records.first_of[person[mine]]
        blocks.append((lead, which, 0, np.zeros(len(mine), bool), at[mine]))
        state[person[mine]] = False
    record = np.concatenate([b[0] for b in blocks])
    columns = {
        "consent_id": numbered("N", world.numbers("consent", len(record)), 9),
        "customer_id": records.customer_id(record),
        "channel_code": codes(
            CONSENT_CHANNELS, np.concatenate([np.full(len(b[0]), b[1]) for b in blocks])
        ),
        "scope_code": codes(
            CONSENT_SCOPES, np.concatenate([np.full(len(b[0]), b[2]) for b in blocks])
        ),
        "is_granted": np.concatenate([b[3] for b in blocks]),
        "changed_at": np.concatenate([b[4] for b in blocks]),
    }
    day = columns["changed_at"] // DAY_MS
    deliver.events(world.exporter, period, "crm", "consents", day, columns)
    world.truth.add("opt_out_hazard", extra_contacts_7d=extra, hazard=hazard)
