"""From NumPy columns to Arrow text and numbers as the exports spell them.

Numbers stay numbers as long as possible; identifiers, times and codes are put together by Arrow,
never by a Python loop over rows. What does not belong here: which column holds what.
"""

from datetime import timedelta
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from simulator.layout import Column
from simulator.periods import DAY_MS, EPOCH, FAR, NO_TIME

NO_NUMBER = np.iinfo(np.int64).min


def codes(words: list[str] | tuple[str, ...], index: np.ndarray) -> pa.Array:
    """The word of each index; a negative index is empty."""
    index = np.asarray(index)
    where = pa.array(index.astype(np.int32), mask=index < 0)
    return pa.array(list(words), pa.string()).take(where)


def numbered(prefix: str, number: np.ndarray, digits: int) -> pa.Array:
    """Identifiers such as A00000042; a negative number is empty."""
    number = np.asarray(number, np.int64)
    text = pc.utf8_lpad(pa.array(number, mask=number < 0).cast(pa.string()), digits, "0")
    return pc.binary_join_element_wise(prefix, text, "")


def digits(number: np.ndarray) -> pa.Array:
    """Plain digits; a negative number is empty."""
    return pa.array(np.asarray(number, np.int64), mask=np.asarray(number) < 0).cast(pa.string())


def joined(*parts: object) -> pa.Array:
    """Concatenation of text columns and constants."""
    return pc.binary_join_element_wise(*parts, "")


def money(fen: np.ndarray, precision: int) -> pa.Array:
    """Exact decimals from whole fen: the 128-bit value is the sign-extended 64-bit one."""
    wide = np.empty((len(fen), 2), np.int64)
    wide[:, 0] = fen
    wide[:, 1] = np.asarray(fen, np.int64) >> 63
    return pa.Array.from_buffers(
        pa.decimal128(precision, 2), len(fen), [None, pa.py_buffer(np.ascontiguousarray(wide))]
    )


@cache
def _seconds(time_format: str) -> pa.Array:
    """The text of every second of a day."""
    midnight = np.datetime64("1970-01-01T00:00:00") + np.arange(86_400)
    return pa.array([moment.strftime(time_format) for moment in midnight.tolist()])


def clock(ms: np.ndarray, date_format: str) -> pa.Array:
    """Local times in a strftime pattern of date, one character and clock, by table look-up."""
    split = date_format.index("%H")
    day_format, time_format = date_format[:split], date_format[split:]
    empty = ms == NO_TIME
    safe = np.where(empty, 0, ms)
    days, which = np.unique(safe // DAY_MS, return_inverse=True)
    day_text = [(EPOCH + timedelta(days=int(d))).strftime(day_format) for d in days]
    second = pa.array((safe % DAY_MS // 1000).astype(np.int32), mask=empty)
    return joined(codes(day_text, which), _seconds(time_format).take(second))


def typed(column: Column, values: object, source: str) -> pa.Array:
    """The Arrow column to be written for one contract column."""
    kind = column.data_type
    if isinstance(values, (pa.Array, pa.ChunkedArray)):
        return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    if isinstance(values, list):
        return pa.array(values, pa.string())
    if kind.startswith("decimal"):
        return money(values, int(kind[8:].split(",")[0]))
    if kind == "date":
        return pa.array(values.astype(np.int32), pa.date32(), mask=values == FAR)
    if kind == "timestamp" and source == "web":
        shifted = values - 8 * 3_600_000
        text = clock(shifted, "%Y-%m-%dT%H:%M:%S")
        thousand = pa.array([f".{n:03d}Z" for n in range(1000)])
        return joined(text, thousand.take(pa.array((shifted % 1000).astype(np.int32))))
    if kind == "timestamp":
        return clock(values, column.date_format or "%Y-%m-%d %H:%M:%S")
    if kind in ("integer", "bigint"):
        return pa.array(values.astype(np.int64), mask=values.astype(np.int64) == NO_NUMBER)
    return pa.array(values)
