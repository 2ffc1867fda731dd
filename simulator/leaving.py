"""People end everything they have, at the planted hazard.

What does not belong here: the hazard itself (responses.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator import answers, responses
from simulator.campaigns import Members
from simulator.periods import Period
from simulator.responses import Snapshot

if TYPE_CHECKING:
    from simulator.world import World


def leave(world: World, period: Period, snapshot: Snapshot, done: list[Members]) -> None:
    """People end everything they have, at the planted hazard."""
    rng, size = world.rng("leave", period), len(world)
    hazard = responses.leaving(snapshot, period.share)
    low = np.full(size, period.first)
    for members in done:
        if members.campaign.objective == "retention":
            hazard[members.person] = members.p_true
            # the call comes first, so those in its audience leave in the last days of the month
            low[members.person] = max(period.first, period.last - 5)
        else:  # who has just bought stays
            hazard[members.person[members.responded]] = 0
    left = rng.random(size) < hazard
    day = rng.integers(low, period.last + 1)
    gone = np.flatnonzero(left)
    world.history.left |= left
    subs = world.subs
    rows = np.flatnonzero(left[subs.person] & (subs.end > day[subs.person]))
    subs.stop(rows, day[subs.person[rows]])
    last = np.zeros(size, np.int64)
    np.maximum.at(last, subs.person[rows], subs.end[rows])
    world.account_closed[gone] = last[gone]
    world.account_closed[size + gone] = last[gone]
    for members in done:
        if members.campaign.objective == "retention":
            members.responded = left[members.person]
    answers.note_hazard(world, period, snapshot, hazard, left)
