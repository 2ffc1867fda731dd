"""Page views, logins and orders in the columns of the web exports.

What does not belong here: drawing anything; formats (the contract's).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator import deliver, products, purchases, web
from simulator.columns import NO_NUMBER, codes, numbered
from simulator.periods import DAY_MS, Period
from simulator.randomness import permuted
from simulator.world import World


def visits(world: World, period: Period, visit: web.Visits, logged_in: np.ndarray) -> None:
    """Web page views and logins."""
    order = np.lexsort((visit.view_position, visit.session_start[visit.view_session]))
    session = visit.view_session[order]
    serial = world.numbers("session", len(visit.session_start))
    visitor = visitor_id(world, visit.session_visitor)
    columns = {
        "view_id": numbered("V", world.numbers("view", len(order)), 10),
        "visitor_id": visitor.take(pa.array(session)),
        "session_id": numbered("E", serial[session], 10),
        "viewed_at": visit.at[order],
        "page_code": codes(web.PAGES, visit.page[order]),
        "product_id": codes(products.ID, visit.product[order]),
        "channel_code": codes(("web", "app"), visit.is_app[session].astype(np.int8)),
        "dwell_ms": np.where(visit.dwell[order] < 0, NO_NUMBER, visit.dwell[order]),
    }
    # a view of a visit that began on the day's last minutes belongs to the day it was seen
    deliver.events(world.exporter, period, "web", "page_views", visit.at[order] // DAY_MS, columns)
    at = visit.session_start[logged_in] + 4_000
    columns = {
        "login_id": numbered("G", world.numbers("login", len(at)), 10),
        "visitor_id": visitor.take(pa.array(logged_in)),
        "account_id": world.records.account_id(visit.session_person[logged_in]),
        "logged_in_at": at,
    }
    deliver.events(world.exporter, period, "web", "logins", at // DAY_MS, columns)


def visitor_id(world: World, visitor: np.ndarray) -> pa.Array:
    """Browser and app visitors: numbers that show nothing of the person."""
    return numbered("U", permuted(visitor, world.seed + 29, 9), 9)


def orders(world: World, period: Period, rows: purchases.Orders) -> None:
    """Web orders."""
    rng = world.rng("order times", period)
    at = rows.day * DAY_MS + rng.integers(8 * 3600, 23 * 3600, len(rows.person)) * 1000
    columns = {
        "order_id": numbered("O", world.numbers("order", len(at)), 9),
        "visitor_id": visitor_id(world, 2 * rows.person + rows.is_app),
        "account_id": world.records.account_id(rows.person),
        "product_id": codes(products.ID, rows.product),
        "channel_code": codes(("web", "app"), rows.is_app.astype(np.int8)),
        "amount_yuan": rows.amount,
        "status_code": codes(purchases.STATUSES, rows.status),
        "ordered_at": at,
    }
    deliver.events(world.exporter, period, "web", "orders", rows.day, columns)
