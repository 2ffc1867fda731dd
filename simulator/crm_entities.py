"""Customers, products, campaigns and members in the columns of the CRM exports.

What does not belong here: events (crm_events.py).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator import answers, deliver, identifiers, names, products
from simulator.campaigns import Campaign, Members
from simulator.columns import codes
from simulator.contacts import CHANNELS
from simulator.people import OCCUPATIONS, PARTIES, People
from simulator.periods import DAY_MS, FAR, Period
from simulator.randomness import permuted
from simulator.records import Records
from simulator.regions import CODE
from simulator.world import World


def write_customers(world: World, period: Period) -> None:
    """Write the CRM records that are new or changed."""
    records = world.records
    deliver.entities(
        world.exporter,
        period,
        "crm",
        "customers",
        (records.registered, records.changed),
        lambda rows, _: _customers(records, world.people, rows),
    )


def _customers(records: Records, people: People, row: np.ndarray) -> dict[str, object]:
    """The CRM customer export of the given records, as they stand."""
    who = records.person[row]
    consumer = people.party[who] == 0
    has_mail = np.where((row * 7919) % 10 < 7, row, -1)
    return {
        "customer_id": records.customer_id(row),
        "party_type_code": codes(PARTIES, people.party[who]),
        "customer_name": records.name.take(pa.array(row)),
        "id_number": records.id_number.take(pa.array(row, mask=~records.has_id[row])),
        "phone": identifiers.phone_text(records.phone[row], records.phone_style[row]),
        "email": identifiers.emails(np.where(has_mail < 0, -1, permuted(row, 5, 9)), row % 3),
        "address": records.parties.home.text(who, records.address_style[row]),
        "birth_date": np.where(consumer, records.birth[row], FAR),
        "sex_code": codes(
            ("F", "M", "U"), np.where(consumer, np.where(records.is_female[row], 0, 1), 2)
        ),
        "occupation_code": codes(OCCUPATIONS, people.occupation[who]),
        "marital_code": codes(("single", "married", "unknown"), people.marital[who]),
        "dependents_count": people.dependents[who],
        "region_code": codes(CODE, records.region[row]),
        "industry_code": codes(names.INDUSTRIES, people.industry[who]),
        "registered_at": records.registered[row].astype(np.int64) * DAY_MS
        + records.second[row] * 1000,
        "status_code": codes(("active", "closed", "deceased"), records.status[row]),
    }


def write_products(world: World, period: Period) -> None:
    """Write the catalogue: what has been launched by the day of the file."""
    catalogue = products.columns()
    for delivery in period.deliveries:
        on_sale = np.flatnonzero(catalogue["launched_date"] <= delivery.last)
        shown = {name: deliver.select(values, on_sale) for name, values in catalogue.items()}
        world.exporter.write("crm", "products", delivery, shown)


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
    answers.note_members(world, done)


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
