"""What is known of everybody on the last day before a period.

What does not belong here: probabilities made of it (responses.py).
"""

from __future__ import annotations

import numpy as np

from simulator.periods import Period
from simulator.responses import Snapshot
from simulator.subscriptions import FIBRE, VOICE
from simulator.world import World


def snapshot(world: World, period: Period) -> Snapshot:
    """What is known on the last day before the period."""
    day, size, subs = period.first - 1, len(world), world.subs
    rows = subs.active(day)
    who, family = subs.person[rows], subs.family[rows]
    monthly = np.zeros(size, bool)
    monthly[who[(family == VOICE) & (subs.contract[rows] == 1)]] = True
    fibre = rows[family == FIBRE]
    held = subs.held(day, size)
    return Snapshot(
        people=world.people,
        history=world.history,
        day=day,
        held=held,
        fee=np.bincount(who, subs.fee[rows], size),
        is_monthly=monthly,
        is_active=held.any(axis=1),
        fibre_fee=np.bincount(subs.person[fibre], subs.fee[fibre], size),
    )
