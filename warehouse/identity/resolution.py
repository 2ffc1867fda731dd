"""One resolution from beginning to end: records, evidence, customers, the result, what changed.

What does not belong here: how any of these is done.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from warehouse.files import write_parquet
from warehouse.identity import changes, claims, components, evidence, records, timeline, xref
from warehouse.identity.overrides import Constraints, constraints, overrides
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class IdentityResult:
    """Counts of one resolution; never a value."""

    records: int
    customers: int
    visitors: int
    merges: int
    splits: int


def resolve(settings: Settings, as_of: date) -> IdentityResult:
    """Rebuild `lake/identity/customer_xref.parquet` from the files delivered up to `as_of`.

    Returns:
        Counts; merges and splits are pairs of customer keys between which records have moved since
        the last resolution.

    Raises:
        RapportError: RP-3013 when two customers would share a key, RP-2010 when the vault is lost
            or damaged; nothing is written then.
    """
    with resolved(settings, as_of) as (con, made):
        changed = changes.compare(con, settings, made)
        proof = xref.evidence(con)
        counts = con.sql(
            f"""
            select count(*) filter (where entity <> 'visitor'), count(distinct customer_key),
                   count(*) filter (where entity = 'visitor')
            from xref where valid_to = date '{xref.FOREVER}'
            """
        ).fetchone()
    changes.record(settings, changed)
    write_parquet(proof, settings.lake / "identity" / xref.EVIDENCE)
    write_parquet(made, settings.lake / "identity" / xref.XREF)
    result = IdentityResult(
        *counts,
        merges=sum(1 for *_, kind in changed if kind == changes.MERGE),
        splits=sum(1 for *_, kind in changed if kind == changes.SPLIT),
    )
    log.info(
        "identity: %s records of %s customers, %s visitors attached",
        f"{result.records:,}",
        f"{result.customers:,}",
        f"{result.visitors:,}",
    )
    return result


@contextmanager
def resolved(
    settings: Settings, as_of: date
) -> Iterator[tuple[duckdb.DuckDBPyConnection, pa.Table]]:
    """Resolve without writing anything: the connection that knows all, and the result as `xref`."""
    pseudonyms = Pseudonyms.load(settings, ledger_has_files=True)
    with records.open_restricted(settings) as con:
        records.load(con, settings, as_of)
        claims.load(con)
        evidence.collect(con)
        decided = _constraints(con, settings, pseudonyms)
        timeline.build(con, decided)
        components.settle(con, decided)
        made = xref.build(con, settings, pseudonyms, as_of)
        con.register("xref", made)
        yield con, made


def _constraints(
    con: duckdb.DuckDBPyConnection, settings: Settings, pseudonyms: Pseudonyms
) -> Constraints:
    """What people have decided, as positions; keys of all records are only made when needed."""
    decided = overrides(settings)
    if not decided:
        return Constraints()
    rows = con.sql("select source_name, entity, source_id from record order by position").fetchall()
    keys = pseudonyms.keys_of(xref.origin(*row) for row in rows)
    return constraints(decided, {key: position for position, key in enumerate(keys)})
