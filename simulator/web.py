"""Visits to the web hall and the app: paths of pages, dwell times, logins.

The next page depends on the page and on what the visitor came for. What does not belong here:
orders (purchases.py).
"""

from dataclasses import dataclass

import numpy as np

from simulator import products
from simulator.people import People
from simulator.periods import DAY_MS, Period
from simulator.randomness import pick_rows, repeat_index

PAGES = ("home", "product", "compare", "tariff", "cart", "checkout", "bill", "help", "cancel",
         "account")  # fmt: skip
HOME, PRODUCT, COMPARE, TARIFF, CART, CHECKOUT, BILL, HELP, CANCEL, ACCOUNT = range(10)
SHOPS, SERVES, LEAVES = range(3)
"""Why people come: to look around, to be served, to find the way out."""
_GENERAL = np.array(
    [
        [4, 34, 16, 14, 2, 0, 2, 3, 0, 3],
        [6, 2, 1, 4, 0, 0, 30, 18, 0, 22],
        [3, 1, 2, 8, 0, 0, 12, 22, 30, 12],
    ],
    float,
)
_FROM_PRODUCT = np.array([3, 24, 24, 14, 16, 0, 1, 3, 0, 2], float)
_FROM_CART = np.array([4, 16, 8, 2, 4, 50, 0, 4, 0, 2], float)
_SHOWN = np.array([products.INDEX[p] for p in ("VOI2", "DAT1", "BRO2", "FIB2", "TVS1", "VID1")])
_HOURS = np.array([1, 1, 0, 0, 0, 1, 3, 5, 7, 8, 8, 8, 9, 7, 6, 6, 6, 7, 8, 10, 11, 9, 6, 0], float)


@dataclass
class Visits:
    """Sessions and their views of one period."""

    session_person: np.ndarray
    session_visitor: np.ndarray
    session_start: np.ndarray
    is_app: np.ndarray
    view_session: np.ndarray
    view_position: np.ndarray
    page: np.ndarray
    at: np.ndarray
    dwell: np.ndarray
    """Milliseconds to the next page; -1 on the last page, where it is unknown."""
    product: np.ndarray

    def views_by_person(self, people: int, *pages: int) -> np.ndarray:
        """How many of the given pages each person saw."""
        chosen = np.isin(self.page, pages)
        owner = self.session_person[self.view_session[chosen]]
        return np.bincount(owner, minlength=people)


def visits(
    rng: np.random.Generator,
    people: People,
    rate: np.ndarray,
    interest: np.ndarray,
    mood: np.ndarray,
    period: Period,
) -> Visits:
    """Draw the sessions of a period at monthly `rate`; interest and mood tilt what they are for."""
    person, _ = repeat_index(rng.poisson(rate * period.share))
    size = len(person)
    reason = pick_rows(
        rng,
        np.column_stack(
            [
                0.5 * np.exp(0.9 * interest[person]),
                np.full(size, 0.45),
                0.04 * np.exp(1.6 * mood[person]),
            ]
        ),
    )
    hour = rng.choice(24, size, p=_HOURS / _HOURS.sum())
    day = rng.integers(period.first, period.last + 1, size)
    start = day * DAY_MS + hour * 3_600_000 + rng.integers(0, 3_600_000, size)
    is_app = rng.random(size) < 0.45
    length = np.minimum(rng.geometric(0.28, size), 12) + (rng.random(size) < 0.5)

    session, position = repeat_index(length)
    page = np.empty(len(session), np.int8)
    first = np.cumsum(length) - length
    current = np.where(rng.random(size) < 0.55, HOME, pick_rows(rng, _GENERAL[reason]))
    for step in range(int(length.max(initial=0))):
        alive = np.flatnonzero(length > step)
        if step:
            before = current[alive]
            weights = _GENERAL[reason[alive]]
            shop = reason[alive] == SHOPS
            weights[shop & np.isin(before, (PRODUCT, COMPARE))] = _FROM_PRODUCT
            weights[shop & (before == CART)] = _FROM_CART
            current[alive] = pick_rows(rng, weights)
        page[first[alive] + step] = current[alive]
    dwell = np.minimum(rng.lognormal(10.1, 0.9, len(page)), 170_000).astype(np.int64)
    elapsed = np.cumsum(dwell) - dwell
    at = start[session] + elapsed - elapsed[first][session] if size else np.empty(0, np.int64)
    shown = _SHOWN[rng.integers(0, len(_SHOWN), size)]
    shown = np.where(rng.random(size) < 0.4, products.INDEX["FIB1"], shown)
    has_product = np.isin(page, (PRODUCT, COMPARE, CART, CHECKOUT))
    return Visits(
        session_person=person,
        session_visitor=2 * person + is_app,
        session_start=start,
        is_app=is_app,
        view_session=session,
        view_position=position,
        page=page,
        at=at,
        dwell=np.where(position == length[session] - 1, -1, dwell),
        product=np.where(has_product, shown[session], -1),
    )


def logins(rng: np.random.Generator, visit: Visits, people: People) -> np.ndarray:
    """Sessions in which the visitor logged in; a quarter of the visitors never does."""
    customer = people.joined[visit.session_person] * np.int64(DAY_MS) <= visit.session_start
    never = (visit.session_visitor * 2_654_435_761 >> 7) % 4 == 0
    return np.flatnonzero(customer & ~never & (rng.random(len(never)) < 0.45))
