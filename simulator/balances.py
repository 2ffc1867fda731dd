"""Wallet balances by day: salary, spending, and the sudden movement before a wealth purchase.

A row exists on days with movement and at month end. What does not belong here: the purchase.
"""

from dataclasses import dataclass

import numpy as np

from simulator.people import People
from simulator.periods import Period, as_date

MOVES_SHARE = 0.10
SHOCK_SHARE = 0.02
"""Share of wallets with an abnormal inflow in a month."""


@dataclass
class BalanceRows:
    """Rows of one period, and who had a shock."""

    person: np.ndarray
    day: np.ndarray
    balance: np.ndarray
    inflow: np.ndarray
    outflow: np.ndarray
    shocked: np.ndarray


def opening_balances(rng: np.random.Generator, people: People) -> np.ndarray:
    """Balances in fen when the world starts."""
    return np.where(people.has_wallet, np.round(rng.lognormal(13, 1.1, len(people))), 0).astype(
        np.int64
    )


def balance_rows(
    rng: np.random.Generator,
    people: People,
    balance: np.ndarray,
    open_until: np.ndarray,
    period: Period,
) -> BalanceRows:
    """Move the wallets day by day; `balance` is updated in place."""
    owner = np.flatnonzero(people.wallet_opened <= period.last)
    owner = owner[open_until[owner] >= period.first]
    size = len(owner)
    shocked = owner[rng.random(size) < SHOCK_SHARE * period.share]
    length = period.last - period.first + 1
    shock_day = np.zeros(len(people), np.int64)
    low = period.first + max(0, length - 12)
    shock_day[shocked] = rng.integers(low, period.last + 1, len(shocked))
    has_salary = owner % 2 == 0
    blocks = []
    for day in period.days:
        month_end = (as_date(int(day) + 1)).day == 1
        alive = (people.wallet_opened[owner] <= day) & (open_until[owner] >= day)
        hit = shock_day[owner] == day
        pay_day = has_salary & (owner // 2 % 28 + 1 == as_date(int(day)).day)
        moves = alive & ((rng.random(size) < MOVES_SHARE) | hit | pay_day)
        inflow = np.where(rng.random(size) < 0.5, rng.lognormal(9.6, 1, size), 0)
        inflow = np.where(pay_day, 700_000 * people.activity[owner], inflow)
        inflow = np.where(hit, 8_000_000 * rng.lognormal(0, 0.4, size), inflow)
        inflow = np.where(moves, np.round(inflow), 0).astype(np.int64)
        wish = np.where(pay_day | hit, 0, rng.lognormal(10.6, 1.1, size))
        outflow = np.minimum(np.round(wish).astype(np.int64), balance[owner] + inflow)
        outflow = np.where(moves, outflow, 0)
        balance[owner] += inflow - outflow
        shown = alive & (moves | month_end)
        blocks.append((owner[shown], np.full(shown.sum(), day), balance[owner][shown],
                       inflow[shown], outflow[shown]))  # fmt: skip
    columns = [np.concatenate(c) for c in zip(*blocks, strict=True)]
    return BalanceRows(*columns, shocked=shocked)
