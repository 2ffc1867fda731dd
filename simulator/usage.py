"""Daily use of lines: calls, messages, data.

One row per line and day with any use. What does not belong here: charging for it (billing.py).
"""

from collections.abc import Iterator

import numpy as np

from simulator.people import People
from simulator.periods import Period
from simulator.subscriptions import BROADBAND, FIBRE, VOICE, Subscriptions

CHUNK = 200_000
"""Lines drawn at a time: bounds memory."""


def usage_rows(
    rng: np.random.Generator,
    subs: Subscriptions,
    people: People,
    mood: np.ndarray,
    period: Period,
    density: float,
) -> Iterator[dict[str, np.ndarray]]:
    """Blocks of usage rows; unhappy people use less before they leave."""
    in_use = (subs.start <= period.last) & (subs.end >= period.first)
    lines = np.flatnonzero(in_use & np.isin(subs.family, (VOICE, BROADBAND, FIBRE)))
    for first in range(0, len(lines), CHUNK):
        line = lines[first : first + CHUNK]
        who, family = subs.person[line], subs.family[line]
        level = people.activity[who] * np.exp(-0.45 * np.maximum(mood[who], 0))
        share = np.clip(0.24 * level * density, 0.01, 0.8).astype(np.float32)
        day = period.days
        used = rng.random((len(line), len(day)), dtype=np.float32) < share[:, None]
        used &= (day >= subs.start[line][:, None]) & (day <= subs.end[line][:, None])
        which, when = np.nonzero(used)
        size = len(which)
        is_voice = family[which] == VOICE
        weight = level[which] * np.where(is_voice, 1, 0)
        calls = rng.poisson(2.5 * weight)
        scale = np.where(is_voice, 180, np.where(family[which] == FIBRE, 2600, 1400))
        megabytes = scale * level[which] * rng.lognormal(0, 0.6, size)
        abroad = is_voice & (rng.random(size) < 0.01)
        minutes = np.round(calls * rng.gamma(2, 1.3, size), 1)
        yield {
            "subscription": line[which],
            "person": who[which],
            "day": day[when],
            "minutes": minutes,
            "calls": calls,
            "sms": np.where(is_voice, rng.poisson(0.6, size), 0),
            "megabytes": np.round(megabytes, 1),
            "roaming": np.round(np.where(abroad, minutes * 0.5, 0), 1),
        }
