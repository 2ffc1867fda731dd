"""Buying without being asked: fibre, wealth products, web orders, the new product.

What does not belong here: answers to campaigns (selling.py).
"""

from __future__ import annotations

import numpy as np

from simulator import products, purchases, responses, web_events
from simulator.campaigns import Members
from simulator.periods import Period, day_number
from simulator.responses import Snapshot
from simulator.selling import FIBRE_OFFER, WEALTH_OFFER, replace_access, wealth
from simulator.subscriptions import FIBRE
from simulator.world import World


def buy(world: World, period: Period, snapshot: Snapshot, done: list[Members]) -> None:
    """Buying without being asked: fibre, wealth products, web orders."""
    rng, size, subs, people = world.rng("buy", period), len(world), world.subs, world.people
    asked = {FIBRE_OFFER: np.zeros(size, bool), WEALTH_OFFER: np.zeros(size, bool)}
    for members in done:
        if members.campaign.product in asked:
            asked[members.campaign.product][members.person] = True
    stays = snapshot.is_active & ~world.history.left
    # not before the 12th, so that last month's 30-day response windows stay clean
    low = min(period.first + 11, period.last)
    _, base = responses.up_sell(snapshot, snapshot.held[:, FIBRE])
    fibre = stays & ~asked[FIBRE_OFFER] & ~snapshot.held[:, FIBRE] & (people.party < 2)
    buyer = np.flatnonzero(fibre & (rng.random(size) < base * period.share))
    replace_access(world, buyer, rng.integers(low, period.last + 1, len(buyer)))
    _, base = wealth(world)
    wallet = stays & ~asked[WEALTH_OFFER] & (people.wallet_opened < period.first)
    buyer = np.flatnonzero(wallet & (rng.random(size) < base * period.share))
    subs.add(buyer, WEALTH_OFFER, rng.integers(low, period.last + 1, len(buyer)))

    shopper = np.flatnonzero(stays & (people.party == 0))
    orders = purchases.web_orders(
        rng, shopper, people.age(period.first)[shopper], people.is_female[shopper],
        world.history.child_born[shopper], period,
    )  # fmt: skip
    held = snapshot.held[orders.person, products.FAMILY[orders.product]]
    kept = (orders.status == 0) & (products.PACK[orders.product] | ~held)
    subs.add(orders.person[kept], orders.product[kept], orders.day[kept])
    new = products.CATALOGUE[products.INDEX[products.NEW_PRODUCT]].launched
    web_events.orders(world, period, orders)
    first = max(period.first, day_number(new))
    if first <= period.last:  # the first few buyers of the new product
        early = rng.choice(shopper, min(len(shopper), size // 2000 + 1), replace=False)
        subs.add(early, products.INDEX[products.NEW_PRODUCT],
                 rng.integers(first, period.last + 1, len(early)))  # fmt: skip
