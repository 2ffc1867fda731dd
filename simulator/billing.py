"""Bills to the cent, one per account and month, and how and when they are paid.

What does not belong here: wallet balances (balances.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator import products
from simulator.people import People
from simulator.periods import DAY_MS, Period
from simulator.randomness import sigmoid
from simulator.subscriptions import VOICE, WALLET, Subscriptions

ITEMS = ("monthly_fee", "usage", "roaming", "device", "discount", "refund", "lifetime")
FEE, USAGE, ROAMING, DEVICE, DISCOUNT, REFUND, LIFETIME = range(7)
ROAMING_FAMILY = products.FAMILY_INDEX["roaming"]
DUE_DAYS = 20


@dataclass
class Bills:
    """Lines of one period, and one entry per bill."""

    person: np.ndarray
    subscription: np.ndarray
    item: np.ndarray
    amount: np.ndarray
    day: np.ndarray
    payer: np.ndarray
    total: np.ndarray
    billed: np.ndarray


def bills(
    rng: np.random.Generator,
    subs: Subscriptions,
    people: People,
    data_gb: np.ndarray,
    wronged: np.ndarray,
    period: Period,
    is_detailed: bool,
) -> Bills:
    """Lines for every account whose bill day is reached; `wronged` accounts get a refund."""
    bill_day = period.first + people.bill_day - 1
    reached = bill_day <= period.last
    on = bill_day[subs.person]
    charged = (subs.start <= on) & (subs.end >= on) & reached[subs.person] & (subs.family != WALLET)
    rows = np.flatnonzero(charged & (subs.fee > 0))
    who = subs.person[rows]
    item = np.where(subs.family[rows] == ROAMING_FAMILY, ROAMING, FEE)
    parts = [(who, rows, item, subs.fee[rows])]
    # use beyond the plan, on the voice line; grows with data used last month
    voice = rows[(subs.family[rows] == VOICE) & (rng.random(len(rows)) < 0.2)]
    extra = rng.lognormal(2.2, 0.7, len(voice)) * (1 + 0.04 * data_gb[subs.person[voice]])
    parts.append((subs.person[voice], voice, USAGE, np.round(extra * 100)))
    bound = rows[(subs.contract[rows] == 24) & (rows % 7 < 2)]
    parts.append((subs.person[bound], bound, DISCOUNT, -np.round(subs.fee[bound] * 0.1)))
    payers = np.unique(who)
    device = payers[payers % 33 == 0]
    parts.append((device, np.full(len(device), -1), DEVICE, 9_900 + device % 50 * 100))
    refunded = payers[wronged[payers]]
    parts.append((refunded, np.full(len(refunded), -1), REFUND, -(500 + refunded % 30 * 100)))

    person = np.concatenate([p[0] for p in parts])
    subscription = np.concatenate([p[1] for p in parts])
    item = np.concatenate([np.broadcast_to(p[2], len(p[0])) for p in parts]).astype(np.int8)
    amount = np.concatenate([p[3] for p in parts]).astype(np.int64)
    if not is_detailed:  # one fee line per account instead of one per subscription
        fees = item == FEE
        sums = np.bincount(person[fees], amount[fees], len(people)).astype(np.int64)
        kept = np.isin(item, (DEVICE, REFUND))
        person = np.concatenate([payers, person[kept]])
        amount = np.concatenate([sums[payers], amount[kept]])
        subscription = np.concatenate([np.full(len(payers), -1), subscription[kept]])
        item = np.concatenate([np.full(len(payers), FEE, np.int8), item[kept]])
    order = np.lexsort((np.arange(len(person)), person, bill_day[person]))
    person, amount = person[order], amount[order]
    total = np.bincount(person, amount, len(people)).astype(np.int64)
    return Bills(
        person,
        subscription[order],
        item[order],
        amount,
        bill_day[person].astype(np.int32),
        payers,
        total[payers],
        bill_day[payers].astype(np.int32),
    )


@dataclass
class Payments:
    """Payments decided on in a period; some are made later."""

    person: np.ndarray
    bill_stamp: np.ndarray
    """Year and month of the bill that is paid; -1 for a top-up."""
    amount: np.ndarray
    at: np.ndarray
    late_day: np.ndarray
    """Day a bill becomes overdue; one entry per late bill, as in `late_person`."""
    late_person: np.ndarray


def payments(
    rng: np.random.Generator, people: People, bill: Bills, stress: np.ndarray, period: Period
) -> Payments:
    """Pay: automatic methods are seldom late, stressed people often; prepaid accounts top up."""
    postpaid = ~people.is_prepaid[bill.payer] & (bill.total > 0)
    who, billed, total = bill.payer[postpaid], bill.billed[postpaid], bill.total[postpaid]
    size = len(who)
    automatic = people.method[who] < 2
    chance = sigmoid(-3.1 + 0.8 * people.lateness[who] + 0.7 * stress[who] - 1.6 * automatic)
    is_late = rng.random(size) < chance
    delay = np.where(
        is_late,
        DUE_DAYS + 2 + rng.exponential(13, size),
        np.where(automatic, 10, rng.integers(1, DUE_DAYS, size)),
    ).astype(np.int64)
    never = is_late & (rng.random(size) < 0.15)
    second = rng.integers(6 * 3600, 23 * 3600, size) * 1000
    overdue = billed + DUE_DAYS + 1
    stamp = int(period.stamp)

    prepaid = np.flatnonzero(people.is_prepaid & (people.joined <= period.first))
    prepaid = prepaid[np.isin(prepaid, bill.payer)]
    prepaid = np.repeat(prepaid, rng.poisson(1.2 * period.share, len(prepaid)))
    day = rng.integers(period.first, period.last + 1, len(prepaid))
    top_up = np.array([3000, 5000, 10_000, 20_000])[rng.integers(0, 4, len(prepaid))]
    moment = day * DAY_MS + rng.integers(7 * 3600, 23 * 3600, len(prepaid)) * 1000
    made = ~never
    return Payments(
        person=np.concatenate([who[made], prepaid]),
        bill_stamp=np.concatenate([np.full(made.sum(), stamp), np.full(len(prepaid), -1)]),
        amount=np.concatenate([total[made], top_up]),
        at=np.concatenate([((billed + delay) * DAY_MS + second)[made], moment]),
        late_day=overdue[is_late],
        late_person=who[is_late],
    )
