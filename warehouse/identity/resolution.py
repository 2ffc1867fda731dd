"""One resolution from beginning to end: records, evidence, components, keys, changes, result.

What does not belong here: how any of these is done.
"""

import logging
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from warehouse.files import write_parquet
from warehouse.identity import changes, components, evidence, records, xref
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
    pseudonyms = Pseudonyms.load(settings, ledger_has_files=True)
    with records.open_restricted(settings) as con:
        records.load(con, settings, as_of)
        evidence.collect(con)
        known = (
            con.sql("from record order by position")
            .select("source_name", "entity", "source_id")
            .to_arrow_table()
        )
        keys = components.keys(known, components.label(con, len(known)), pseudonyms)
        con.register("keyed", pa.table({"position": range(len(known)), "customer_key": keys}))
        made = xref.build(con, settings, as_of)
        changed = changes.compare(con, settings, made)
    changes.record(settings, changed)
    write_parquet(made, settings.lake / "identity" / xref.XREF)
    result = IdentityResult(
        records=len(known),
        customers=len(set(keys.to_pylist())),
        visitors=len(made) - len(known),
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
