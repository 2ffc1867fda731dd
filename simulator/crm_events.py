"""Contacts, complaints, surveys and consents in the columns of the CRM exports.

What does not belong here: headers and formats (the contract's).
"""

from __future__ import annotations

import numpy as np

from simulator import contacts as book
from simulator import deliver, feedback, products
from simulator.columns import NO_NUMBER, codes, numbered
from simulator.periods import DAY_MS, Period
from simulator.world import World

CONSENT_CHANNELS = ("phone", "sms", "email", "app", "web")
CONSENT_SCOPES = ("marketing", "service", "profiling")


def _record(world: World, person: np.ndarray, day: np.ndarray) -> np.ndarray:
    """The CRM record an agent happens to open: for people with two, now and then the second."""
    records = world.records
    second = np.full(len(world), -1)
    extra = np.flatnonzero(records.kind > 0)
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
        "recommended_product_id": codes(products.ID, rows["advised"]),
        "intent_code": codes(book.INTENTS, rows["intent"]),
        "reason_code": codes(book.REASONS, rows["reason"]),
        "outcome_code": codes(book.OUTCOMES, rows["outcome"]),
        "started_at": rows["start"],
        "ended_at": rows["end"],
        "wait_seconds": np.where(rows["wait"] < 0, NO_NUMBER, rows["wait"]),
    }
    deliver.events(world.exporter, period, "crm", "contacts", day, columns)
    return number


def complaints(world: World, period: Period, rows: feedback.Complaints) -> None:
    """CRM complaints."""
    day = rows.opened // DAY_MS
    columns = {
        "complaint_id": numbered("M", world.numbers("complaint", len(day)), 8),
        "customer_id": world.records.customer_id(_record(world, rows.person, day)),
        "cause_code": codes(feedback.CAUSES, rows.cause),
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
    known = records.registered < period.first + (5 if period.index <= 0 else 0)
    fresh = np.flatnonzero(
        (records.registered <= period.last)
        & ((records.registered >= period.first) | (period.index <= 0))
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
