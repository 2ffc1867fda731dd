"""Where further evidence plugs in: producers that add pairs of records to `edge`.

A producer reads `record` (latest versions, with values and tokens), `joined` (position, component:
who is one customer by the deterministic rules alone) and `nobody` (part, token: values that
identify nobody) and adds rows (low, high, rule_code, confidence), positions of two records, the
lower first, in the restricted zone. A pair counts from the day both records are known. What does
not belong here: rules on equal tokens (`rules`), who hangs together in the end.
"""

from collections.abc import Callable

import duckdb
import pyarrow as pa

from warehouse.identity import graph
from warehouse.identity.residue import probable_links
from warehouse.identity.timeline import shared_by

PRODUCERS: tuple[Callable[[duckdb.DuckDBPyConnection], None], ...] = (probable_links,)
"""In their order; each may read what those before it have added."""


def collect(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `joined` and, by every producer, `edge`."""
    size = con.sql("select count(*) from record").fetchone()[0]
    con.execute(
        """
        create temp table latest as
        select * from claim
        qualify row_number() over (partition by position order by from_date desc) = 1
        """
    )
    pairs = con.sql(shared_by("latest")).fetchnumpy()
    labels = graph.components(pairs["position"], pairs["first"], size)
    con.register("joined_arrow", pa.table({"position": range(size), "component": labels}))
    con.execute("create temp table joined as from joined_arrow")
    con.execute(
        "create temp table edge (low bigint, high bigint, rule_code varchar, confidence double)"
    )
    for produce in PRODUCERS:
        produce(con)
