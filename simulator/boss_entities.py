"""Accounts and subscriptions as BOSS shows them on the day of a file.

What does not belong here: events (boss_events.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator import deliver, products
from simulator.columns import codes, numbered
from simulator.identifiers import phone_text
from simulator.people import METHODS
from simulator.periods import FAR, Delivery, Period
from simulator.world import World


def write_accounts(world: World, period: Period) -> None:
    """Write the accounts opened or closed; the wallet of person n is account people + n."""
    opened = np.concatenate([world.people.joined, world.people.wallet_opened])
    deliver.entities(
        world.exporter,
        period,
        "boss",
        "accounts",
        (opened, world.account_closed),
        lambda rows, delivery: _accounts(world, opened, rows, delivery),
    )


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
        "holder_name": records.holder_name.take(pa.array(rows)),
        "holder_id_number": records.holder_id_number.take(pa.array(who, mask=~has_id)),
        "contact_phone": phone_text(records.parties.contact_phone[who], who * 13 % 20 // 19),
        "account_type_code": codes(("postpaid", "prepaid", "wallet"), kind),
        "payment_method_code": codes(METHODS, people.method[who]),
        "is_paperless": people.is_paperless[who],
        "opened_date": opened[rows],
        "closed_date": closed,
        "status_code": codes(("open", "closed"), closed != FAR),
    }


def write_subscriptions(world: World, period: Period) -> None:
    """Write the subscriptions begun or ended."""
    subs = world.subs
    deliver.entities(
        world.exporter,
        period,
        "boss",
        "subscriptions",
        (subs.start, subs.end),
        lambda rows, delivery: _subscriptions(world, rows, delivery),
    )


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
        "service_number": phone_text(world.records.parties.own_phone[who], np.zeros(len(rows))),
        "contract_months": subs.contract[rows],
        "monthly_fee_yuan": subs.fee[rows],
        "started_date": subs.start[rows],
        "ended_date": ended,
        "status_code": codes(("active", "ended"), ended != FAR),
    }
