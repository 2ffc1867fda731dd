"""Who hangs together, and by which key: connected components of records and their oldest member.

What does not belong here: where edges come from.
"""

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from warehouse.errors import RapportError
from warehouse.pseudonym import Pseudonyms


def label(con: duckdb.DuckDBPyConnection, size: int) -> np.ndarray:
    """Label every record with its component: shape (size,), labels without meaning."""
    edges = con.sql("select low, high from edge").fetchnumpy()
    graph = coo_array(
        (np.ones(len(edges["low"]), dtype=np.int8), (edges["low"], edges["high"])),
        shape=(size, size),
    )
    return connected_components(graph, directed=False)[1]


def keys(records: pa.Table, component: np.ndarray, pseudonyms: Pseudonyms) -> pa.Array:
    """Key every record by its component's oldest member; records come oldest first.

    Raises:
        RapportError: RP-3013 when two customers would share a key.
    """
    _, oldest, member = np.unique(component, return_index=True, return_inverse=True)
    origins = [
        f"{row['source_name']}:{row['entity']}:{row['source_id']}"
        for row in records.select(["source_name", "entity", "source_id"]).take(oldest).to_pylist()
    ]
    made = pseudonyms.keys_of(origins)
    if len(set(made)) != len(made):
        raise RapportError("RP-3013", customers=len(made))
    return pa.array(made, pa.string()).take(pa.array(member))
