"""Cuts the rows of a period into the files of its deliveries.

Event rows go by their day; entity rows (accounts, subscriptions, customers) by the day they appear
or change, in the state of the file's last day. What does not belong here: formats (export.py).
"""

from collections.abc import Callable

import numpy as np
import pyarrow as pa

from simulator.export import Exporter
from simulator.periods import Delivery, Period

Columns = dict[str, object]


def select(values: object, rows: np.ndarray) -> object:
    """Rows of a column of any kind."""
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values.take(pa.array(rows))
    if isinstance(values, list):
        return [values[n] for n in rows]
    return values[rows]


def events(
    exporter: Exporter, period: Period, source: str, table: str, day: np.ndarray, columns: Columns
) -> None:
    """Write event rows, one file per delivery."""
    for delivery in period.deliveries:
        if len(period.deliveries) == 1:
            inside = columns
        else:
            rows = np.flatnonzero((day >= delivery.first) & (day <= delivery.last))
            inside = {name: select(values, rows) for name, values in columns.items()}
        exporter.write(source, table, delivery, inside)


def entities(
    exporter: Exporter,
    period: Period,
    source: str,
    table: str,
    days: tuple[np.ndarray, ...],
    columns: Callable[[np.ndarray, Delivery], Columns],
) -> None:
    """Write rows that appeared or changed on one of `days`; the first file holds all so far."""
    for delivery in period.deliveries:
        since = delivery.first if period.index else np.iinfo(np.int32).min
        touched = np.zeros(len(days[0]), bool)
        for day in days:
            touched |= (day >= since) & (day <= delivery.last)
        touched &= days[0] <= delivery.last
        exporter.write(source, table, delivery, columns(np.flatnonzero(touched), delivery))
