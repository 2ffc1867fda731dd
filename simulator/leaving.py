"""People end everything they have, at the planted hazard.

What does not belong here: the hazard itself (responses.py).
"""

from __future__ import annotations

import numpy as np

from simulator import answers, responses
from simulator.campaigns import Members
from simulator.periods import FAR, Period
from simulator.responses import Snapshot
from simulator.subscriptions import WALLET
from simulator.world import World


def leave(world: World, period: Period, snapshot: Snapshot, done: list[Members]) -> None:
    """People end everything they have, at the planted hazard."""
    rng, size = world.rng("leave", period), len(world)
    hazard = responses.leaving(snapshot, period.share)
    low = np.full(size, period.first)
    for members in done:
        if members.campaign.objective == "retention":
            hazard[members.person] = members.p_given_reach
            # the call comes first, so those in its audience leave in the last days of the month
            low[members.person] = max(period.first, period.last - 5)
    for members in done:
        if members.campaign.objective != "retention":  # who has just bought stays
            hazard[members.person[members.responded]] = 0
    left = rng.random(size) < hazard
    day = rng.integers(low, period.last + 1)
    world.history.left |= left
    _end_everything(world, np.flatnonzero(left), day)
    for members in done:
        if members.campaign.objective == "retention":
            members.responded = left[members.person]
    answers.note_hazard(world, period, snapshot, hazard, left)


def _end_everything(world: World, gone: np.ndarray, day: np.ndarray) -> None:
    subs, size = world.subs, len(world)
    leaves = np.zeros(size, bool)
    leaves[gone] = True
    owner = subs.person
    ahead = leaves[owner] & (subs.start > day[owner])
    # what was sold last month still begins; a wallet planned for later is never opened
    wallet = ahead & (subs.family == WALLET)
    np.maximum.at(day, owner[ahead & ~wallet], subs.start[ahead & ~wallet])
    subs.start[wallet] = FAR
    world.people.wallet_opened[owner[wallet]] = FAR
    rows = np.flatnonzero(leaves[owner] & (subs.start <= day[owner]) & (subs.end > day[owner]))
    subs.stop(rows, day[owner[rows]])
    world.account_closed[gone] = day[gone]
    world.account_closed[size + gone] = day[gone]
