"""What differs from the last resolution: merges and splits, written to the ledger.

What does not belong here: deciding whether a change may stand.
"""

import duckdb
import pyarrow as pa

from warehouse.identity.xref import FOREVER, XREF
from warehouse.ledger import Ledger
from warehouse.settings import Settings

MERGE, SPLIT = "identity_merge", "identity_split"


def compare(
    con: duckdb.DuckDBPyConnection, settings: Settings, xref: pa.Table
) -> list[tuple[str, str, int, str]]:
    """Compare with the last resolution: (old key, new key, records moved, kind) per pair."""
    last = settings.lake / "identity" / XREF
    if not last.exists():
        return []
    return con.sql(
        f"""
        with now as (
            select * from xref where valid_to = date '{FOREVER}' and entity <> 'visitor'
        )
        select
            old.customer_key,
            now.customer_key,
            count(*),
            case
                when old.customer_key in (select customer_key from now) then '{SPLIT}'
                else '{MERGE}'
            end
        from read_parquet('{last}') as old
        inner join now using (source_name, entity, source_id)
        where old.customer_key <> now.customer_key and old.valid_to = date '{FOREVER}'
        group by all
        order by all
        """
    ).fetchall()


def record(settings: Settings, changes: list[tuple[str, str, int, str]]) -> None:
    """Append merges and splits to the ledger before the new mapping replaces the old one."""
    ledger = Ledger(settings.ledger_file)
    for old, new, records, kind in changes:
        ledger.append_event(kind, subject=new, detail={"from": old, "records": records})
