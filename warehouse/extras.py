"""Columns a sender added: kept beside the row until the contract declares them.

Nobody has said yet whether such a column identifies people, so numbers, dates and truth values stay
readable and any other text becomes a token. Nothing is lost: once the column is declared, every
file that has it is loaded again from the store. What does not belong here: declared columns.
"""

import json
import re

import duckdb
import pyarrow as pa

from warehouse.pseudonym import Pseudonyms

_HARMLESS = re.compile(
    r"-?\d{1,6}(\.\d{1,6})?|\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?Z?)?|true|false", re.ASCII
)


def extras_table(
    con: duckdb.DuckDBPyConnection, extras: dict[str, str], keys: Pseudonyms
) -> pa.Table:
    """Return `_record` and `_extra` (JSON) of the good rows that have any undeclared value."""
    held = " or ".join(f"nullif({column}, '') is not null" for column in extras)
    rows = con.execute(
        f"select _record, {', '.join(extras)} from good where {held} order by _record"
    ).to_arrow_table()
    shown = [_shown(rows[column], keys) for column in extras]
    names = list(extras.values())
    texts = [
        json.dumps(
            {name: value for name, value in zip(names, values, strict=True) if value},
            ensure_ascii=False,
        )
        for values in zip(*shown, strict=True)
    ]
    return pa.table({"_record": rows["_record"], "_extra": pa.array(texts, pa.string())})


def _shown(values: pa.ChunkedArray, keys: Pseudonyms) -> list[str | None]:
    tokens = keys.tokens("extra", values).to_pylist()
    return [
        value if value is None or _HARMLESS.fullmatch(value) else token
        for value, token in zip(values.to_pylist(), tokens, strict=True)
    ]
