"""Customers, accounts, subscriptions, products and campaigns as the exports show them on a day.

What does not belong here: events (tables.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from simulator import deliver, products
from simulator.campaigns import Campaign, Members
from simulator.columns import codes, numbered
from simulator.contacts import CHANNELS
from simulator.identifiers import phone_text
from simulator.people import METHODS
from simulator.periods import DAY_MS, FAR, Delivery, Period
from simulator.records import customer_columns

if TYPE_CHECKING:
    from simulator.world import World


def write_entities(world: World, period: Period) -> None:
    """Write customers, accounts, subscriptions and the catalogue of a period."""
    records, people, subs = world.records, world.people, world.subs
    exporter = world.exporter
    deliver.entities(
        exporter, period, "crm", "customers", (records.registered, records.changed),
        lambda rows, _: customer_columns(records, people, rows),
    )  # fmt: skip
    opened = np.concatenate([people.joined, people.wallet_opened])
    deliver.entities(
        exporter, period, "boss", "accounts", (opened, world.account_closed),
        lambda rows, delivery: _accounts(world, opened, rows, delivery),
    )  # fmt: skip
    deliver.entities(
        exporter, period, "boss", "subscriptions", (subs.start, subs.end),
        lambda rows, delivery: _subscriptions(world, rows, delivery),
    )  # fmt: skip
    catalogue = products.columns()
    for delivery in period.deliveries:
        on_sale = np.flatnonzero(catalogue["launched_date"] <= delivery.last)
        shown = {name: deliver.select(values, on_sale) for name, values in catalogue.items()}
        exporter.write("crm", "products", delivery, shown)


def _accounts(
    world: World, opened: np.ndarray, rows: np.ndarray, delivery: Delivery
) -> dict[str, object]:
    records, people = world.records, world.people
    who = rows % len(people)
    is_wallet = rows >= len(people)
    linked = records.knows_crm[who]
    closed = np.where(world.account_closed[rows] <= delivery.last, world.account_closed[rows], FAR)
    kind = np.where(is_wallet, 2, people.is_prepaid[who])
    has_id = records.account_has_id[who]
    return {
        "account_id": records.account_id(rows),
        "crm_customer_id": records.customer_id(np.where(linked, records.first_of[who], -1)),
        "holder_name": records.name.take(pa.array(who)),
        "holder_id_number": records.id_number.take(pa.array(who, mask=~has_id)),
        "contact_phone": phone_text(records.contact_phone[who], who * 13 % 20 // 19),
        "account_type_code": codes(("postpaid", "prepaid", "wallet"), kind),
        "payment_method_code": codes(METHODS, people.method[who]),
        "is_paperless": people.is_paperless[who],
        "opened_date": opened[rows],
        "closed_date": closed,
        "status_code": codes(("open", "closed"), closed != FAR),
    }


def _subscriptions(world: World, rows: np.ndarray, delivery: Delivery) -> dict[str, object]:
    subs = world.subs
    who = subs.person[rows]
    is_wallet = products.FAMILY[subs.product[rows]] == products.FAMILY_INDEX["wallet"]
    on_wallet = is_wallet & world.people.has_wallet[who]
    ended = np.where(subs.end[rows] <= delivery.last, subs.end[rows], FAR)
    return {
        "subscription_id": numbered("S", rows + 1, 9),
        "account_id": world.records.account_id(np.where(on_wallet, len(world) + who, who)),
        "product_id": codes(products.ID, subs.product[rows]),
        "service_number": phone_text(world.records.own_phone[who], np.zeros(len(rows))),
        "contract_months": subs.contract[rows],
        "monthly_fee_yuan": subs.fee[rows],
        "started_date": subs.start[rows],
        "ended_date": ended,
        "status_code": codes(("active", "ended"), ended != FAR),
    }


def write_campaigns(world: World, period: Period, done: list[Members]) -> None:
    """Write the campaigns so far and the members drawn in the period, and note the truth."""
    for delivery in period.deliveries:
        shown = [c for c in world.campaigns if c.start <= delivery.last]
        world.exporter.write("crm", "campaigns", delivery, _campaigns(shown))
    people = [m.person for m in done]
    person = np.concatenate([*people, np.empty(0, np.int64)]).astype(np.int64)
    which = np.repeat([m.campaign.number for m in done], [len(p) for p in people]).astype(int)
    start = np.array([c.start for c in world.campaigns], np.int64)[which]
    treated = np.concatenate([*(m.is_treated for m in done), np.empty(0, bool)])
    identifiers = codes([c.campaign_id for c in world.campaigns], which)
    customer = world.records.customer_id(world.records.first_of[person])
    columns = {
        "campaign_id": identifiers,
        "customer_id": customer,
        "arm_code": codes(("control", "treatment"), treated.astype(np.int8)),
        "assigned_at": start * DAY_MS + 30_600_000,
    }
    deliver.events(world.exporter, period, "crm", "campaign_members", start, columns)
    for m in done:
        size = len(m.person)
        world.truth.add(
            "campaign_members",
            campaign_id=pa.array([m.campaign.campaign_id] * size, pa.string()),
            objective=pa.array([m.campaign.objective] * size, pa.string()),
            customer_id=world.records.customer_id(world.records.first_of[m.person]),
            person=m.person,
            is_treated=m.is_treated,
            p_treated=m.p_treated,
            p_control=m.p_control,
            p_true=m.p_true,
            owns_similar=m.owns_similar,
            was_informed=m.was_informed,
            tier=world.people.tier[m.person],
            responded=m.responded,
        )


def _campaigns(shown: list[Campaign]) -> dict[str, object]:
    def days(name: str) -> np.ndarray:
        return np.array([getattr(c, name) for c in shown], np.int32)

    return {
        "campaign_id": [c.campaign_id for c in shown],
        "campaign_name": [c.name for c in shown],
        "objective_code": [c.objective for c in shown],
        "stance_code": [c.stance for c in shown],
        "offer_product_id": codes(products.ID, days("product")),
        "channel_code": codes(CHANNELS, days("channel")),
        "start_date": days("start"),
        "end_date": days("end"),
        "holdout_share": np.array([c.holdout for c in shown], float),
        "contact_cost_yuan": days("cost"),
        "sale_margin_yuan": days("margin"),
    }
