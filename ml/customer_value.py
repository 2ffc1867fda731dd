"""What customers who order on the web will buy in the next 90 days, and what an order will bring.

Purchases are days with paid web orders. BG/NBD says how many will come and gamma-gamma what each
is worth (`buyer.py`); both are fitted in every run, and each is asked first whether it fits: the
last 90 days are foretold from what was known before them. Where it does not, nobody is given a
value and the run says why. What does not belong here: the models, contracts and what they bring.
"""

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ml import buyer, features
from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.layouts.value import PURCHASES, purchases_file
from warehouse.settings import Settings

log = logging.getLogger("rapport")

HORIZON_DAYS = 90
"""A quarter; the column of the mart says so in its name."""
LEAST_REPEATED = 100
"""Customers who bought again before the last 90 days: of fewer the mean is known to no better than
a tenth."""
MOST_OFF_SHARE = 0.25
"""Purchases foretold against those that came. CDNOW is 12 % off (tests/real); a quarter is
another world: the shop, its customers or its prices have changed."""
MOST_CORRELATED = 0.3
"""Gamma-gamma takes what an order brings to be the same for rare and frequent buyers. CDNOW, on
which it was published, has .11; at .3 a tenth of all differences in spend goes with frequency."""


@dataclass(frozen=True)
class Histories:
    """Every buyer as the models see him or her, by customer key; times in days."""

    keys: pa.ChunkedArray
    last: pa.ChunkedArray
    x: np.ndarray
    t_x: np.ndarray
    t: np.ndarray
    mean_amount: np.ndarray
    """Yuan, of all purchases: the papers leave out the first as one on trial, but ours is only the
    first since the history begins."""

    @property
    def bought(self) -> np.ndarray:
        """Purchases, the first one too."""
        return self.x + 1


@dataclass(frozen=True)
class ValueResult:
    """What was foretold, for the run's metadata."""

    rows: int
    path: Path
    figures: dict[str, float]
    problem: RapportError | None
    """Why nobody has a value."""


def value_purchases(settings: Settings, as_of: date) -> ValueResult:
    """Write what every buyer will buy, or nobody where the models do not fit."""
    path, figures = purchases_file(settings.lake), {}
    table, problem = PURCHASES.empty_table(), None
    with features.connect(settings) as con:
        before, now = (read(con, as_of - timedelta(days=days)) for days in (HORIZON_DAYS, 0))
    try:
        buying, ratio = fit_buying(before, now)
        spending = fit_spending(now)
        table = foretell(now, buying, spending, ratio, as_of)
        figures = {"holdout_ratio": ratio, **_told(buying), **_told(spending)}
    except RapportError as refused:
        problem = refused
        log.warning("%s", refused)
    write_parquet(table, path)
    log.info("value: purchases of %d customers foretold", len(table))
    return ValueResult(len(table), path, figures, problem)


def read(con: duckdb.DuckDBPyConnection, day: date) -> Histories:
    """Return the purchases until the end of a day; orders of one day are one purchase."""
    rows = con.sql(
        """
        with purchase as (
            select a.customer_key, o.order_date, sum(o.amount_yuan) as yuan
            from facts.fct_order as o
            join customer.dim_account as a on a.account_id = o.account_id
            where o.status_code = 'paid' and o.amount_yuan > 0 and o.order_date <= $day
            group by all
        )
        select
            customer_key,
            max(order_date) as last,
            count(*) - 1 as x,
            date_diff('day', min(order_date), max(order_date)) as t_x,
            date_diff('day', min(order_date), $day) as t,
            sum(yuan) / count(*) as mean_amount
        from purchase
        group by customer_key order by customer_key
        """,
        params={"day": day},
    ).to_arrow_table()
    numbers = (rows[name].to_numpy().astype(float) for name in ("x", "t_x", "t", "mean_amount"))
    return Histories(rows["customer_key"], rows["last"], *numbers)


def fit_buying(before: Histories, now: Histories) -> tuple[buyer.Buying, float]:
    """Return the model of all purchases, and foretold over come purchases of the last 90 days.

    Raises:
        RapportError: RP-4023 with too few who bought again, RP-4024 when what came was not
            foretold.
    """
    repeated = int((before.x > 0).sum())
    if repeated < LEAST_REPEATED:
        raise RapportError("RP-4023", repeated=repeated, needed=LEAST_REPEATED)
    known = np.isin(now.keys.to_numpy().astype(str), before.keys.to_numpy().astype(str))
    came = now.x[known].sum() - before.x.sum()
    try:
        earlier = buyer.fit_buying(before.x, before.t_x, before.t)
        fit = buyer.fit_buying(now.x, now.t_x, now.t)
    except ArithmeticError:
        raise RapportError("RP-4024", reason="no_maximum") from None
    foretold = buyer.expected_purchases(earlier, HORIZON_DAYS, before.x, before.t_x, before.t)
    ratio = float(foretold.sum() / max(came, 1))
    if abs(ratio - 1) > MOST_OFF_SHARE:
        raise RapportError("RP-4024", foretold=round(foretold.sum()), came=int(came))
    return fit, ratio


def fit_spending(now: Histories) -> buyer.Spending:
    """Return the model of what a purchase brings.

    Raises:
        RapportError: RP-4025 when spend goes with frequency or has no mean.
    """
    amount = now.mean_amount
    together = float(np.corrcoef(now.bought, amount)[0, 1]) if np.ptp(amount) else 0.0
    if abs(together) > MOST_CORRELATED:
        raise RapportError("RP-4025", correlation=round(together, 2), at_most=MOST_CORRELATED)
    try:
        fit = buyer.fit_spending(now.bought, amount)
    except ArithmeticError:
        raise RapportError("RP-4025", reason="no_maximum") from None
    if fit.q <= 1:
        raise RapportError("RP-4025", reason="no_mean")
    return fit


def foretell(
    now: Histories, buying: buyer.Buying, spending: buyer.Spending, ratio: float, as_of: date
) -> pa.Table:
    """Return one row per buyer, by customer key."""
    history = (now.x, now.t_x, now.t)
    columns = {
        "customer_key": now.keys,
        "as_of_date": pa.repeat(pa.scalar(as_of, pa.date32()), len(now.x)),
        "purchases_count": now.bought.astype(np.int64),
        "last_purchase_date": now.last,
        "alive_share": buyer.p_alive(buying, *history),
        "expected_purchases_90d": buyer.expected_purchases(buying, HORIZON_DAYS, *history),
        "expected_purchase_yuan": buyer.expected_amount(spending, now.bought, now.mean_amount),
        "holdout_ratio": np.full(len(now.x), ratio),
    }
    return pa.table(columns, schema=PURCHASES)


def _told(fit: buyer.Buying | buyer.Spending) -> dict[str, float]:
    return {name: value for name, value in vars(fit).items() if name != "log_likelihood"}
