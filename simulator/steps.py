"""What happens in one period, subject by subject.

Each step draws from its own random stream and hands its rows to the modules that know the exports.
What does not belong here: how a subject behaves in detail (its own module).
"""

from __future__ import annotations

import numpy as np

from simulator import (
    balances,
    billing,
    boss_entities,
    boss_events,
    buying,
    callbacks,
    crm_entities,
    crm_events,
    eve,
    feedback,
    leaving,
    life_events,
    records,
    selling,
    service,
    usage,
    web,
    web_events,
)  # fmt: skip
from simulator.contacts import REFUSED, SALES, UNRESOLVED, ContactBook, polite_minutes
from simulator.periods import Period
from simulator.subscriptions import add_starter_bundles
from simulator.world import World


def live(world: World, period: Period) -> None:
    """Let one period pass and deliver it."""
    joined = world.people.joined
    fresh = (joined >= period.first) & (joined <= period.last)
    fresh[world.subs.person] = False  # a campaign may have brought their bundle already
    arrived = np.flatnonzero(fresh)
    rng = world.rng("arrive", period)
    add_starter_bundles(world.subs, rng, world.people, arrived, period.last)
    snapshot = eve.snapshot(world, period)
    book = ContactBook()
    done = selling.sell(world, period, snapshot, book)
    life_events.births(world, period)
    leaving.leave(world, period, snapshot, done)
    buying.buy(world, period, snapshot, done)
    visit = browse(world, period)
    consume(world, period)
    move_money(world, period)
    charge(world, period)
    selling.prepare_audience(world, period, book)
    converse(world, period, book)
    records.drift(world.records, world.people, world.rng("drift", period), period.days)
    crm_entities.write_customers(world, period)
    crm_entities.write_products(world, period)
    boss_entities.write_accounts(world, period)
    boss_entities.write_subscriptions(world, period)
    crm_entities.write_campaigns(world, period, done)
    size, history = len(world), world.history
    history.product_views = visit.views_by_person(size, web.PRODUCT, web.COMPARE)
    history.cancel_views = visit.views_by_person(size, web.CANCEL)
    history.help_views = visit.views_by_person(size, web.HELP)


def present(world: World, period: Period) -> np.ndarray:
    """Customers at some time in the period."""
    subs = world.subs
    here = np.zeros(len(world), bool)
    here[subs.person[(subs.start <= period.last) & (subs.end >= period.first)]] = True
    return here


def browse(world: World, period: Period) -> web.Visits:
    """Visits to the web hall and the app."""
    people, history = world.people, world.history
    rng = world.rng("web", period)
    known = people.registered <= period.first
    rate = 0.5 * world.density.views * people.web_affinity * np.exp(0.5 * history.interest)
    rate *= np.where(present(world, period), 1, np.where(known, 0.12, 0))
    rate *= np.where(people.party == 0, 1, 0.6)
    visit = web.visits(rng, people, rate, history.interest, history.mood, period)
    web_events.visits(world, period, visit, web.logins(rng, visit, people))
    return visit


def consume(world: World, period: Period) -> None:
    """Use of lines; remembers how much data each person used."""
    history, size = world.history, len(world)
    used = np.zeros(size)
    blocks = []
    for block in usage.usage_rows(
        world.rng("usage", period), world.subs, world.people, history.mood, period,
        world.density.usage,
    ):  # fmt: skip
        used += np.bincount(block["person"], block["megabytes"], size) / 1000
        blocks.append(block)
    boss_events.usage(world, period, blocks)
    seen = history.usual_gb > 0
    history.usual_gb = np.where(seen, 0.65 * history.usual_gb + 0.35 * history.data_gb, used)
    history.data_gb = used


def move_money(world: World, period: Period) -> None:
    """Wallet balances; remembers who had an abnormal inflow."""
    size = len(world)
    rows = balances.balance_rows(
        world.rng("balance", period), world.people, world.balance,
        world.account_closed[size:], period,
    )  # fmt: skip
    world.history.shocked[:] = False
    world.history.shocked[rows.shocked] = True
    boss_events.balances(world, period, rows)


def charge(world: World, period: Period) -> None:
    """Bills and payments; remembers whose bills became overdue in the period."""
    history, people = world.history, world.people
    bill = billing.bills(
        world.rng("bills", period), world.subs, people, history.data_gb, history.wronged, period,
        world.density.detailed_bills,
    )  # fmt: skip
    paid = billing.payments(world.rng("payments", period), people, bill, history.mood, period)
    boss_events.bills(world, period, bill)
    boss_events.payments(world, period, paid)
    now = paid.late_day <= period.last
    history.late_before = history.late
    history.late = history.late_next + np.bincount(paid.late_person[now], minlength=len(world))
    history.late_next = np.bincount(paid.late_person[~now], minlength=len(world))


def converse(world: World, period: Period, book: ContactBook) -> None:
    """Calls, complaints, surveys, withdrawn consent."""
    history, size = world.history, len(world)
    here = present(world, period) & world.people.has_crm
    rate = np.where(here, 0.09 * np.exp(0.4 * history.mood), 0)
    person, product, day = service.inbound(
        world.rng("inbound", period), book, rate, history.mood, history.interest, world.taste,
        period, world.pushed_from,
    )  # fmt: skip
    back = callbacks.call_back(
        world.rng("callbacks", period), book, history.allows_phone, world.people.is_polite,
        len(world.taste), period,
    )  # fmt: skip
    person, product, day = (
        np.concatenate(c) for c in zip((person, product, day), back, strict=True)
    )
    stays = ~history.left[person]
    world.subs.add(person[stays], product[stays], day[stays] + 1)
    lost = service.answers_to_messages(world.rng("answers", period), book)
    world.counters["evening calls"] += lost
    rate = np.where(here, 0.011 * np.exp(1.4 * history.mood), 0)
    complaint = feedback.complaints(
        world.rng("complaints", period), book, rate, period, world.pushed_from
    )
    contacts = book.closed(period.last)
    world.counters["polite minutes"] += polite_minutes(contacts, world.people.is_polite)
    contact_number = crm_events.contacts(world, period, contacts)
    crm_events.complaints(world, period, complaint)
    survey = feedback.surveys(world.rng("surveys", period), contacts)
    crm_events.surveys(world, period, contacts, survey, contact_number)
    row, extra, hazard = feedback.opt_outs(world.rng("opt out", period), contacts)
    crm_events.consents(world, period, contacts, row, extra, hazard)

    refused = (contacts["outcome"] == REFUSED) & (contacts["intent"] == SALES)
    history.refusals += np.bincount(contacts["person"][refused], minlength=size)
    history.complaints_before = history.complaints
    history.complaints = np.bincount(complaint.person, minlength=size)
    history.wronged = np.zeros(size, bool)
    history.wronged[complaint.person[complaint.cause == 0]] = True
    troubled = history.complaints > 0
    troubled[contacts["person"][contacts["outcome"] == UNRESOLVED]] = True
    history.roll(world.rng("history", period), troubled)
