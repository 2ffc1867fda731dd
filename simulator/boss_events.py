"""Usage, wallet balances, bills and payments in the columns of the BOSS exports.

What does not belong here: drawing anything; headers and formats (the contract's).
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from simulator import billing, deliver
from simulator.balances import BalanceRows
from simulator.columns import codes, digits, joined, numbered
from simulator.people import METHODS
from simulator.periods import DAY_MS, Period
from simulator.world import World


def usage(world: World, period: Period, blocks: list[dict[str, np.ndarray]]) -> None:
    """BOSS usage by day."""
    rows = {k: np.concatenate([b[k] for b in blocks]) for k in blocks[0]}
    columns = {
        "subscription_id": numbered("S", rows["subscription"] + 1, 9),
        "usage_date": rows["day"],
        "call_minutes": rows["minutes"],
        "call_count": rows["calls"],
        "sms_count": rows["sms"],
        "data_mb": rows["megabytes"],
        "roaming_minutes": rows["roaming"],
    }
    deliver.events(world.exporter, period, "boss", "usage_days", rows["day"], columns)


def balances(world: World, period: Period, rows: BalanceRows) -> None:
    """BOSS wallet balances by day."""
    columns = {
        "account_id": world.records.account_id(len(world) + rows.person),
        "balance_date": rows.day,
        "balance_yuan": rows.balance,
        "inflow_yuan": rows.inflow,
        "outflow_yuan": rows.outflow,
    }
    deliver.events(world.exporter, period, "boss", "account_balance_days", rows.day, columns)


def _bill_id(world: World, stamp: object, person: np.ndarray) -> pa.Array:
    return joined("B", stamp, digits(10**9 + world.records.account_number[person]))


def bills(world: World, period: Period, bill: billing.Bills) -> None:
    """BOSS bill lines."""
    columns = {
        "bill_line_id": numbered("L", world.numbers("bill line", len(bill.person)), 10),
        "bill_id": _bill_id(world, period.stamp, bill.person),
        "account_id": world.records.account_id(bill.person),
        "subscription_id": numbered(
            "S", np.where(bill.subscription < 0, -1, bill.subscription + 1), 9
        ),
        "item_code": codes(billing.ITEMS, bill.item),
        "amount_yuan": bill.amount,
        "billed_date": bill.day,
        "due_date": bill.day + billing.DUE_DAYS,
    }
    deliver.events(world.exporter, period, "boss", "bills", bill.day, columns)


def payments(world: World, period: Period, decided: billing.Payments) -> None:
    """BOSS payments made in the period, decided on now or before."""
    fields = ("person", "bill_stamp", "amount", "at")
    blocks = [*world.waiting, {f: getattr(decided, f) for f in fields}]
    rows = {f: np.concatenate([b[f] for b in blocks]) for f in fields}
    due = rows["at"] < (period.last + 1) * DAY_MS
    world.waiting = [{f: rows[f][~due] for f in fields}]
    order = np.flatnonzero(due)
    order = order[np.lexsort((rows["person"][order], rows["at"][order]))]
    rows = {f: rows[f][order] for f in fields}
    stamp = digits(rows["bill_stamp"])
    columns = {
        "payment_id": numbered("P", world.numbers("payment", len(order)), 10),
        "account_id": world.records.account_id(rows["person"]),
        "bill_id": _bill_id(world, stamp, rows["person"]),
        "amount_yuan": rows["amount"],
        "method_code": codes(METHODS, world.people.method[rows["person"]]),
        "paid_at": rows["at"],
    }
    deliver.events(world.exporter, period, "boss", "payments", rows["at"] // DAY_MS, columns)
