"""What differs from the mapping that was last accepted, and whether it may stand.

A few merges and splits a run are the trade; many at once are more likely a spoilt delivery or a
rule gone wrong, so the run stops until a person accepts exactly this set of changes. What does not
belong here: what else the changes restate (`report`).
"""

import hashlib
from dataclasses import dataclass, field
from datetime import date

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.files import write_parquet
from warehouse.identity.rules import ALWAYS_FEW, CHANGES_SHARE, FEW_CHANGES
from warehouse.identity.xref import FOREVER
from warehouse.ledger import Ledger
from warehouse.settings import Settings

BASELINE = "accepted.parquet"
ACCEPTED = "identity_changes_accepted"
MERGE, SPLIT, MOVE, RENAME = (
    *("identity_merge", "identity_split"),
    *("identity_move", "identity_rename"),
)
"""A key ended in another; a key came out of another; records went from one to another; a key's
oldest record is no longer the oldest, or gone."""


@dataclass(frozen=True)
class Change:
    """Records that went from one customer key to another."""

    kind: str
    old: str
    new: str
    records: int


@dataclass(frozen=True)
class Changes:
    """One set of changes, named by what moved where; empty when nothing did."""

    change_set: str = ""
    items: list[Change] = field(default_factory=list)
    customers: int = 0
    """Keys of the accepted mapping that lose records."""
    limit: int = 0
    is_accepted: bool = False

    @property
    def is_bulk(self) -> bool:
        """Whether a person has to accept it first."""
        return self.customers > self.limit

    def count(self, kind: str) -> int:
        """How many changes of one kind there are."""
        return sum(1 for change in self.items if change.kind == kind)


def limit(customers: int) -> int:
    """So many customers may change in one run by themselves."""
    return min(FEW_CHANGES, max(ALWAYS_FEW, int(customers * CHANGES_SHARE)))


def compare(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> Changes:
    """Compare `xref` with the accepted mapping and fill `moved` (record, old key, new key).

    Visitors follow their account and are not compared. The first mapping has nothing to differ
    from, and a look back to an earlier day accepts nothing.
    """
    baseline = settings.lake / "identity" / BASELINE
    counts = baseline.exists() and _as_of(baseline) <= as_of
    source = f"read_parquet('{baseline}')" if counts else _nothing_accepted()
    con.execute(f"create or replace temp table accepted as select * from {source}")
    con.execute(
        f"""
        create or replace temp table moved as
        select source_name, entity, source_id, old.customer_key as old_key,
               now.customer_key as new_key, now.first_known_date
        from accepted as old
        inner join xref as now using (source_name, entity, source_id)
        where now.valid_to = date '{FOREVER}' and old.customer_key <> now.customer_key
        order by source_name, entity, source_id
        """
    )
    records = con.sql(
        "select source_name, entity, source_id, old_key, new_key from moved"
    ).fetchall()
    if not records:
        return Changes()
    change_set = hashlib.sha256(repr(records).encode()).hexdigest()[:16]
    customers = con.sql("select count(distinct customer_key) from accepted").fetchone()[0]
    return Changes(
        change_set=change_set,
        items=[Change(*row) for row in con.sql(_KINDS).fetchall()],
        customers=len({old for *_, old, _ in records}),
        limit=limit(customers),
        is_accepted=_is_accepted(settings, change_set),
    )


def accept(settings: Settings, xref: pa.Table, changes: Changes, as_of: date) -> None:
    """Note every change in the ledger, then let the new mapping be the accepted one.

    A run killed in between notes nothing twice.
    """
    baseline = settings.lake / "identity" / BASELINE
    if baseline.exists() and _as_of(baseline) > as_of:
        return
    ledger = Ledger(settings.ledger_file)
    last = ledger.events(MERGE, SPLIT, MOVE, RENAME)[-1:]
    if changes.items and not (last and last[0].detail.get("change_set") == changes.change_set):
        ledger.append_events(
            (change.kind, change.new, {"from": change.old, "records": change.records}
             | {"change_set": changes.change_set})
            for change in changes.items
        )  # fmt: skip
    ledger.close()
    holds = pa.compute.equal(xref["valid_to"], pa.scalar(FOREVER))
    is_record = pa.compute.not_equal(xref["entity"], "visitor")
    kept = xref.filter(pa.compute.and_(holds, is_record)).select(_COLUMNS)
    write_parquet(kept.replace_schema_metadata({_AS_OF: as_of.isoformat()}), baseline)


_COLUMNS = ["source_name", "entity", "source_id", "customer_key"]
_AS_OF = b"as_of"
_KINDS = f"""
    with now as (
        select customer_key from xref where valid_to = date '{FOREVER}'
    )
    select
        case
            when old_key not in (from now)
                then case when new_key in (select customer_key from accepted)
                    then '{MERGE}' else '{RENAME}' end
            when new_key in (select customer_key from accepted) then '{MOVE}'
            else '{SPLIT}'
        end as kind,
        old_key,
        new_key,
        count(*) as records
    from moved
    group by all
    order by old_key, new_key
"""


def _nothing_accepted() -> str:
    return f"(select {', '.join(f'null::varchar as {name}' for name in _COLUMNS)} where false)"


def _as_of(baseline: object) -> date:
    return date.fromisoformat(pq.read_schema(baseline).metadata[_AS_OF].decode())


def _is_accepted(settings: Settings, change_set: str) -> bool:
    ledger = Ledger(settings.ledger_file)
    found = any(event.subject == change_set for event in ledger.events(ACCEPTED))
    ledger.close()
    return found
