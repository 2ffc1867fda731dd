"""One resolution from beginning to end: records, evidence, customers, the result, what changed.

What does not belong here: how any of these is done.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.identity import (
    changes,
    claims,
    components,
    evidence,
    records,
    relations,
    report,
    timeline,
    xref,
)
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
    moves: int
    renames: int


def resolve(settings: Settings, as_of: date) -> IdentityResult:
    """Rebuild `lake/identity/customer_xref.parquet` from the files delivered up to `as_of`.

    Returns:
        Counts; merges, splits, moves and renames are pairs of customer keys between which records
        have gone since the last resolution.

    Raises:
        RapportError: RP-3013 when two customers would share a key, RP-2010 when the vault is lost
            or damaged, RP-2011 when too many customers change; the mapping stays as it was then.
    """
    with resolved(settings, as_of) as con:
        made = con.sql("from xref").to_arrow_table()
        changed = changes.compare(con, settings, as_of)
        if changed.is_bulk and not changed.is_accepted:
            report.write(settings, report.build(con, settings, changed))
            raise RapportError(
                "RP-2011",
                change_set=changed.change_set,
                customers=changed.customers,
                limit=changed.limit,
                report=report.path(settings).name,
            )
        proof = xref.evidence(con)
        related = relations.find(con, Pseudonyms.load(settings, ledger_has_files=True))
        counts = con.sql(
            f"""
            select count(*) filter (where entity <> 'visitor'), count(distinct customer_key),
                   count(*) filter (where entity = 'visitor')
            from xref where valid_to = date '{xref.FOREVER}'
            """
        ).fetchone()
    write_parquet(proof, settings.lake / "identity" / xref.EVIDENCE)
    write_parquet(related.household, settings.lake / "identity" / relations.HOUSEHOLD)
    write_parquet(related.organisation_contact, settings.lake / "identity" / relations.CONTACT)
    write_parquet(made, settings.lake / "identity" / xref.XREF)
    changes.accept(settings, made, changed, as_of)
    result = IdentityResult(
        *counts,
        merges=changed.count(changes.MERGE),
        splits=changed.count(changes.SPLIT),
        moves=changed.count(changes.MOVE),
        renames=changed.count(changes.RENAME),
    )
    log.info(
        "identity: %s records of %s customers, %s visitors attached",
        f"{result.records:,}",
        f"{result.customers:,}",
        f"{result.visitors:,}",
    )
    return result


@contextmanager
def resolved(settings: Settings, as_of: date) -> Iterator[duckdb.DuckDBPyConnection]:
    """Resolve without writing anything: the connection that knows all, the result as `xref`."""
    pseudonyms = Pseudonyms.load(settings, ledger_has_files=True)
    with records.open_restricted(settings) as con:
        records.load(con, settings, as_of)
        claims.load(con)
        evidence.collect(con)
        decided = _constraints(con, settings, pseudonyms)
        timeline.build(con, decided)
        components.settle(con, decided)
        con.register("xref", xref.build(con, settings, pseudonyms, as_of))
        yield con


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
