"""Columns a sender added: kept beside the row until the contract declares them.

Nobody has said yet whether such a column identifies people, so numbers, dates and truth values stay
readable and any other text becomes a token. Nothing is lost: once the column is declared, every
file that has it is loaded again from the store. What does not belong here: declared columns.
"""

import json
import re

import pyarrow as pa

from warehouse.pseudonym import Pseudonyms

_HARMLESS = re.compile(
    r"-?\d{1,6}(\.\d{1,6})?|\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d)?Z?)?|true|false", re.ASCII
)


def extra_column(rows: pa.Table, extras: dict[str, str], keys: Pseudonyms) -> pa.Array:
    """Return, as JSON text per row, the undeclared values it has; null where it has none."""
    if not extras:
        return pa.nulls(len(rows), pa.string())
    shown = [_shown(rows[column], keys) for column in extras]
    texts = []
    for values in zip(*shown, strict=True):
        held = {name: value for name, value in zip(extras.values(), values, strict=True) if value}
        texts.append(json.dumps(held, ensure_ascii=False) if held else None)
    return pa.array(texts, pa.string())


def _shown(values: pa.ChunkedArray, keys: Pseudonyms) -> list[str | None]:
    tokens = keys.tokens("extra", values).to_pylist()
    return [
        value if value is None or _HARMLESS.fullmatch(value) else token
        for value, token in zip(values.to_pylist(), tokens, strict=True)
    ]
