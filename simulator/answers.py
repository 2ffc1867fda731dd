"""What is written into the truth folder at the end: who is who, and the planted numbers.

What does not belong here: truths that arise step by step (noted where they are drawn).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator import (
    callbacks,
    contacts,
    duplicates,
    feedback,
    life_events,
    products,
    purchases,
    responses,
    service,
)
from simulator.campaigns import Members
from simulator.columns import codes, numbered
from simulator.people import PARTIES
from simulator.periods import FAR, Period, as_date
from simulator.responses import Snapshot
from simulator.web_events import visitor_id
from simulator.world import World


def note_hazard(
    world: World, period: Period, snapshot: Snapshot, hazard: np.ndarray, left: np.ndarray
) -> None:
    """Hazard and fate of everybody who was a customer on the eve of the period."""
    who = np.flatnonzero(snapshot.is_active)
    world.truth.add(
        "churn_hazard",
        person=who,
        customer_id=world.records.customer_id(world.records.first_of[who]),
        as_of_date=pa.array([as_date(snapshot.day)] * len(who), pa.date32()),
        days=np.full(len(who), period.last - period.first + 1),
        hazard=hazard[who],
        has_left=left[who],
    )


def note_members(world: World, done: list[Members]) -> None:
    """Probabilities in both arms of everybody in an audience, and the effect they add up to.

    For retention campaigns the response is leaving within the period; elsewhere it is the sale.
    """
    for m in done:
        size = len(m.person)
        world.truth.add(
            "campaign_members",
            campaign_id=pa.array([m.campaign.campaign_id] * size, pa.string()),
            objective=pa.array([m.campaign.objective] * size, pa.string()),
            customer_id=world.records.customer_id(world.records.first_of[m.person]),
            person=m.person,
            is_treated=m.is_treated,
            is_reached=m.is_reached,
            p_treated=m.p_treated,
            p_control=m.p_control,
            p_true=m.p_true,
            owns_similar=m.owns_similar,
            was_informed=m.was_informed,
            tier=world.people.tier[m.person],
            responded=m.responded,
        )
        world.truth.add(
            "campaign_effects",
            campaign_id=pa.array([m.campaign.campaign_id], pa.string()),
            objective=pa.array([m.campaign.objective], pa.string()),
            audience=np.array([size]),
            itt_share=np.array([(m.p_treated - m.p_control).mean() if size else 0.0]),
            cace_share=np.array([(m.p_reached - m.p_control).mean() if size else 0.0]),
        )


def note_identity(world: World, last: int) -> None:
    """Which source identifiers are one person."""
    records, people, size = world.records, world.people, len(world)
    seen = np.flatnonzero(records.registered <= last)
    main = np.flatnonzero(people.joined <= last)
    wallet = np.flatnonzero(people.wallet_opened <= last)
    visitors = np.arange(2 * size)
    for source, entity, identifiers, person, kind in (
        ("crm", "customer", records.customer_id(seen), records.person[seen], records.kind[seen]),
        ("boss", "account", records.account_id(main), main, 0),
        ("boss", "account", records.account_id(size + wallet), wallet, 0),
        ("web", "visitor", visitor_id(world, visitors), visitors // 2, 0),
    ):
        count = len(person)
        world.truth.add(
            "identity",
            source_name=pa.array([source] * count, pa.string()),
            entity=pa.array([entity] * count, pa.string()),
            source_id=identifiers,
            person=np.asarray(person, np.int64),
            party_type_code=pa.array(PARTIES).take(pa.array(people.party[person])),
            duplicate_code=codes(
                duplicates.KINDS,
                np.broadcast_to(np.where(kind == duplicates.ONLY, -1, kind), count),
            ),
        )


def note_look_alikes(world: World) -> None:
    """Who shares a phone without being the same: families live together, organisations do not."""
    parties, party = world.records.parties, world.people.party
    sharer = np.flatnonzero(parties.host >= 0)
    world.truth.add(
        "shared_phones",
        person=sharer,
        other_person=parties.host[sharer],
        kind_code=codes(("family", "contact_person"), (party[sharer] > 0).astype(np.int8)),
    )


def note_name_errors(world: World, last: int) -> None:
    """Which delivered records carry a damaged name, birth date, sex or id number."""
    records, done = world.records, world.records.damaged
    row, is_boss = done["row"], done["is_boss"]
    delivered = is_boss | (records.registered[np.where(is_boss, 0, row)] <= last)
    for source, chosen, identifiers in (
        ("boss", is_boss, records.account_id),
        ("crm", ~is_boss & delivered, records.customer_id),
    ):
        hit = np.flatnonzero(chosen)
        world.truth.add(
            "name_errors",
            source_name=pa.array([source] * len(hit), pa.string()),
            source_id=identifiers(row[hit]),
            error_code=pa.array(done["code"][hit].tolist(), pa.string()),
            is_repaired_by_text=done["is_repaired"][hit],
            is_joined_by_rule=done["is_joined"][hit],
        )


def note_agents(world: World) -> None:
    """Each agent's personal taste."""
    world.truth.add(
        "agents",
        agent_id=numbered("T", np.arange(len(world.taste)), 4),
        favourite_product_id=pa.array(products.ID).take(pa.array(world.taste.product)),
        taste_share=world.taste.share,
    )


def note_scalars(world: World) -> None:
    """The planted numbers a mart should recover."""
    world.truth.scalars |= {
        "e_channel_female_turnover_share": purchases.FEMALE_TURNOVER_SHARE,
        "similar_owner_factor": responses.SIMILAR_FACTOR,
        "retention_log_odds_effect": responses.RETENTION_EFFECT,
        "wealth_purchase_after_shock": responses.SHOCK_BUYS,
        "wealth_purchase_quiet": responses.QUIET_BUYS,
        "control_share_of_treated_up_sell": responses.CONTROL_SHARE,
        "evening_share_of_answers": service.EVENING_SHARE,
        "opt_out_hazard_per_contact": feedback.OPT_OUT_BASE,
        "opt_out_growth_per_extra_contact_7d": feedback.OPT_OUT_GROWTH,
        "evening_calls": world.counters["evening calls"],
        "interest_half_life_hours": callbacks.HALF_LIFE_HOURS,
        "yes_to_call_back_at_once": callbacks.YES_AT_ONCE,
        "long_wait_seconds": contacts.LONG_WAIT,
        "long_wait_penalty_points_of_five": 5 * feedback.LONG_WAIT_PENALTY,
        "pushed_from_date": str(as_date(world.pushed_from)),
        "pushed_complaints_factor": feedback.PUSHED_COMPLAINTS,
        "need_after_birth_days": [life_events.NEED_BEGINS, life_events.NEED_ENDS],
        "need_after_birth_product_id": products.ID[life_events.NEEDED],
        "need_after_birth_order_share": life_events.NEED_SHARE,
        "polite_minutes": round(world.counters["polite minutes"], 3),
        "polite_share": float(world.people.is_polite.mean()),
        "new_product_id": products.NEW_PRODUCT,
        "people": len(world),
        "crm_duplicate_records": int((world.records.kind > 0).sum()),
        "people_without_crm": int((~world.people.has_crm).sum()),
        "prospects": int((world.people.joined == FAR).sum()),
    }
