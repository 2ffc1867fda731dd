"""Runs the campaigns of a period: audiences, publicity before, sales after.

What does not belong here: probabilities (responses.py) and how a contact looks (campaigns.py).
"""

from __future__ import annotations

import numpy as np

from simulator import campaigns, products, responses
from simulator.contacts import DELIVERED, INFORM, OUTBOUND, PHONE, SMS, ContactBook, office_time
from simulator.periods import Period
from simulator.responses import Snapshot
from simulator.subscriptions import (
    BROADBAND,
    FIBRE,
    WALLET,
    add_starter_bundles,
)  # fmt: skip
from simulator.world import World

AUDIENCE_SHARE = {"up_sell": 0.06, "cross_sell": 0.04, "retention": 0.03, "acquisition": 0.02}
"""Audiences as shares of all customers."""
FIBRE_OFFER = products.INDEX["FIB1"]
WEALTH_OFFER = products.INDEX["WAL2"]


def prepare_audience(world: World, period: Period, book: ContactBook) -> None:
    """Draw the next up-sell audience, and tell a random half of it about fibre beforehand."""
    rng = world.rng("next audience", period)
    history, size = world.history, len(world)
    held = world.subs.held(period.last, size)
    base = held.any(axis=1) & world.people.has_crm & history.allows_phone & ~history.left
    base &= world.people.party < 2
    # a few who have fibre already slip through, as in any real list
    pool = np.flatnonzero(base & (~held[:, FIBRE] | (rng.random(size) < 0.15)))
    wanted = min(len(pool), int(AUDIENCE_SHARE["up_sell"] * size) + 1)
    world.audience = np.sort(rng.choice(pool, wanted, replace=False))
    told = world.audience[rng.random(wanted) < 0.5]
    told = told[history.allows_sms[told] & bool(period.deliveries)]
    history.informed[:] = False
    history.informed[told] = True
    low = min(period.first + (8 if len(period.deliveries) == 1 else 3), period.last)
    start = office_time(rng, rng.integers(low, period.last + 1, len(told)), 10, 18)
    book.add(
        told, direction=OUTBOUND, channel=SMS, product=FIBRE_OFFER, intent=INFORM,
        outcome=DELIVERED, start=start, end=start,
    )  # fmt: skip


def _audience(
    world: World, period: Period, snapshot: Snapshot, campaign: campaigns.Campaign
) -> np.ndarray:
    history, people = world.history, world.people
    rng = world.rng(f"audience {campaign.name}", period)
    allowed = history.allows_phone if campaign.channel == PHONE else history.allows_sms
    base = people.has_crm & allowed & (people.registered < period.first) & ~history.left
    active = base & snapshot.is_active
    if campaign.objective == "up_sell":
        return world.audience[active[world.audience]]
    if campaign.objective == "acquisition":
        pool = np.flatnonzero(base & (people.joined > period.last))
    elif campaign.objective == "retention":
        hazard = responses.leaving(snapshot, 1.0)
        risky = hazard > np.quantile(hazard[snapshot.is_active], 0.9)
        pool = np.flatnonzero(active & (risky | (rng.random(len(base)) < 0.1)))
    elif campaign.product == WEALTH_OFFER:
        pool = np.flatnonzero(active & snapshot.held[:, WALLET])
    else:
        pool = np.flatnonzero(active & (people.party == 0))
    size = min(len(pool), int(AUDIENCE_SHARE[campaign.objective] * len(people)) + 1)
    return np.sort(rng.choice(pool, size, replace=False))


def wealth(world: World) -> tuple[np.ndarray, np.ndarray]:
    """P(buys a wealth product this month) when offered, and when not."""
    quiet = np.where(world.history.shocked, responses.SHOCK_BUYS, responses.QUIET_BUYS)
    return np.minimum(1.5 * quiet, 0.9), quiet


def sell(
    world: World, period: Period, snapshot: Snapshot, book: ContactBook
) -> list[campaigns.Members]:
    """Run the campaigns of the period; sales become subscriptions."""
    planned = campaigns.plan(period, len(world.campaigns)) if period.deliveries else []
    world.campaigns += planned
    done = []
    for campaign in planned:
        rng = world.rng(f"members {campaign.name}", period)
        owns = np.zeros(len(world), bool)
        if campaign.product >= 0:
            family = products.CATALOGUE[campaign.product].family
            owns = snapshot.held[:, products.similar(family)].any(axis=1)
        if campaign.objective == "retention":
            control = responses.leaving(snapshot, period.share)
            chances = responses.leaving_when_called(control), control
        elif campaign.objective == "acquisition":
            chances = responses.acquisition(snapshot)
        elif campaign.product == WEALTH_OFFER:
            chances = wealth(world)
        else:
            model = responses.up_sell if campaign.objective == "up_sell" else responses.cross_sell
            chances = model(snapshot, owns)
        audience = _audience(world, period, snapshot, campaign)
        members = campaigns.draw_members(
            rng, campaign, audience, *chances, owns, world.history.informed
        )
        campaigns.contact(rng, members, book, world.people.is_polite, len(world))
        _book_sales(world, rng, period, members)
        done.append(members)
    return done


def _book_sales(
    world: World, rng: np.random.Generator, period: Period, members: campaigns.Members
) -> None:
    campaign = members.campaign
    buyer, day = members.person[members.responded], members.sale_day[members.responded]
    if campaign.objective == "up_sell":
        replace_access(world, buyer, day)
    elif campaign.objective == "acquisition":
        world.people.joined[buyer] = day
        add_starter_bundles(world.subs, rng, world.people, buyer, period.last)
    elif campaign.objective == "cross_sell":
        world.subs.add(buyer, campaign.product, day)


def replace_access(world: World, buyer: np.ndarray, day: np.ndarray) -> None:
    """An upgrade: the old line ends the day before fibre starts."""
    subs = world.subs
    change = np.full(len(world), -1, np.int64)
    change[buyer] = day
    when = change[subs.person]
    old = np.isin(subs.family, (BROADBAND, FIBRE)) & (when > 0)
    old = np.flatnonzero(old & (subs.end >= when) & (subs.start < when))
    subs.stop(old, when[old] - 1)
    term = np.where(buyer % 3 == 0, 24, np.where(buyer % 3 == 1, 12, 1))
    subs.add(buyer, FIBRE_OFFER, day, term)
