"""Who is who: joins the records of all systems into customers and gives each a lasting key.

Deterministic rules on strong evidence, applied to pseudonymous tokens; the latest delivered version
of a record speaks for it. A customer is a connected component of records and carries the key of its
oldest record (first business date, then source, then id), so the result is a pure function of the
accepted files: no order of arrival and no re-run changes a key, and a new record never takes over
the key of an older one.

A web visitor is attached to the account it first logged in to and never joins two people: a shared
browser is weak evidence. What does not belong here: values (only tokens are read), probabilistic
matching, history of attributes (dbt).
"""

import logging
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.identity_rules import (
    ALONE,
    ATTACHED,
    ENTITIES,
    HUB_LIMIT,
    LINK,
    RULES,
)
from warehouse.ledger import Ledger
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

log = logging.getLogger("rapport")

_OLDEST = "business_date, _file_id, _record"
"""Versions of a record in the order they were delivered."""


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
        Counts; merges and splits are records whose customer key differs from the last resolution.

    Raises:
        RapportError: RP-3013 when two customers would share a key.
    """
    pseudonyms = Pseudonyms.load(settings, ledger_has_files=True)
    with duckdb.connect() as con:
        _load_records(con, settings, as_of)
        records = con.sql("select * from record order by position").to_arrow_table()
        component = _components(con, len(records))
        keys = _component_keys(records, component, pseudonyms)
        con.register("keyed", pa.table({"position": records["position"], "customer_key": keys}))
        _write_visitors(con, settings, as_of)
        xref = con.sql(_XREF).to_arrow_table()
        changes = _changes(con, settings, xref)
    _record_changes(settings, changes)
    write_parquet(xref, settings.lake / "identity" / "customer_xref.parquet")
    result = IdentityResult(
        records=len(records),
        customers=len(set(keys.to_pylist())),
        visitors=len(xref) - len(records),
        merges=sum(1 for *_, kind in changes if kind == "identity_merge"),
        splits=sum(1 for *_, kind in changes if kind == "identity_split"),
    )
    log.info(
        "identity: %s records of %s customers, %s visitors attached",
        f"{result.records:,}",
        f"{result.customers:,}",
        f"{result.visitors:,}",
    )
    return result


def _load_records(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Fill `record`: one row per source record, latest version, with its dense position."""
    for entity in ENTITIES:
        con.execute(
            f"""
            create or replace temp view {entity.entity}_version as
            select *
            from read_parquet(
                '{settings.lake}/raw/{entity.source}/{entity.table}/*/*.parquet',
                hive_partitioning = true
            )
            where business_date <= date '{as_of}'
            """
        )
    union = " union all ".join(
        f"""
        select
            {entity.rank} as source_rank,
            '{entity.source}' as source_name,
            '{entity.entity}' as entity,
            {entity.source_id} as source_id,
            first(business_date order by {_OLDEST}) as first_date,
            least(
                min(business_date), first(cast({entity.born} as date) order by {_OLDEST})
            ) as valid_from,
            first(_file_id order by {_OLDEST}) as first_file_id,
            last({entity.id_number}_token order by {_OLDEST}) as id_number,
            last({entity.phone}_token order by {_OLDEST}) as phone,
            last({entity.name}_token order by {_OLDEST}) as name,
            last({entity.link or "cast(null as varchar)"} order by {_OLDEST}) as link
        from {entity.entity}_version
        group by {entity.source_id}
        """
        for entity in ENTITIES
    )
    con.execute(
        f"""
        create temp table record as
        select
            row_number() over (order by first_date, source_rank, source_id) - 1 as position,
            *
        from ({union})
        """
    )


def _components(con: duckdb.DuckDBPyConnection, size: int) -> np.ndarray:
    """Label every record with its component: shape (size,), labels without meaning."""
    con.execute("create temp table edge (low bigint, high bigint, rule_code varchar)")
    con.execute(
        """
        insert into edge
        select least(account.position, customer.position),
               greatest(account.position, customer.position), ?
        from record as account
        inner join record as customer
            on account.link = customer.source_id and customer.source_rank = 1
        """,
        [LINK.code],
    )
    for rule in RULES:
        tokens = ", ".join(rule.tokens)
        present = " and ".join(f"{token} is not null" for token in rule.tokens)
        con.execute(
            f"""
            insert into edge
            select low, position, ?
            from (
                select
                    position,
                    min(position) over (partition by {tokens}) as low,
                    count(*) over (partition by {tokens}) as sharers
                from record
                where {present}
            )
            where low < position and sharers <= {HUB_LIMIT}
            """,
            [rule.code],
        )
    edges = con.sql("select low, high from edge").fetchnumpy()
    graph = coo_array(
        (np.ones(len(edges["low"]), dtype=np.int8), (edges["low"], edges["high"])),
        shape=(size, size),
    )
    return connected_components(graph, directed=False)[1]


def _component_keys(records: pa.Table, component: np.ndarray, pseudonyms: Pseudonyms) -> pa.Array:
    """Key every record by its component's oldest member; records come oldest first."""
    _, oldest, member = np.unique(component, return_index=True, return_inverse=True)
    origins = [
        f"{row['source_name']}:{row['entity']}:{row['source_id']}"
        for row in records.select(["source_name", "entity", "source_id"]).take(oldest).to_pylist()
    ]
    keys = pseudonyms.keys_of(origins)
    if len(set(keys)) != len(keys):
        raise RapportError("RP-3013", customers=len(keys))
    return pa.array(keys, pa.string()).take(pa.array(member))


def _write_visitors(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Fill `visitor`: the account and local day of each visitor's first login."""
    con.execute(
        f"""
        create temp table visitor as
        select
            visitor_id,
            first(account_id order by logged_in_at, login_id) as account_id,
            first(_event_date order by logged_in_at, login_id) as valid_from,
            first(_file_id order by logged_in_at, login_id) as first_file_id
        from read_parquet(
            '{settings.lake}/raw/web/logins/*/*.parquet', hive_partitioning = true
        )
        where _event_date <= date '{as_of}' and business_date <= date '{as_of}'
        group by visitor_id
        """
    )


_XREF = f"""
    with evidence as (
        select position, min(rule_code) as rule_code
        from (
            select low as position, rule_code from edge
            union all
            select high as position, rule_code from edge
        )
        group by position
    ),
    rule as (
        select * from (
            values {", ".join(f"('{r.code}', {r.confidence})" for r in (LINK, ALONE, *RULES))}
        ) as r (rule_code, confidence)
    ),
    known as (
        select source_name, entity, source_id, customer_key,
               coalesce(evidence.rule_code, '{ALONE.code}') as rule_code, valid_from, first_file_id
        from record
        inner join keyed using (position)
        left join evidence using (position)
    )
    select source_name, entity, source_id, customer_key, known.rule_code, valid_from,
           date '9999-12-31' as valid_to, confidence, first_file_id
    from known inner join rule on known.rule_code = rule.rule_code
    union all
    select 'web', 'visitor', visitor_id, account.customer_key, '{ATTACHED.code}',
           visitor.valid_from, date '9999-12-31', {ATTACHED.confidence}, visitor.first_file_id
    from visitor
    inner join known as account
        on visitor.account_id = account.source_id and account.entity = 'account'
    order by 1, 2, 3
"""


def _changes(
    con: duckdb.DuckDBPyConnection, settings: Settings, xref: pa.Table
) -> list[tuple[str, str, int, str]]:
    """Compare with the last resolution: (old key, new key, records moved, kind) per pair."""
    last = settings.lake / "identity" / "customer_xref.parquet"
    if not last.exists():
        return []
    con.register("xref", xref)
    return con.sql(
        f"""
        select
            old.customer_key,
            new.customer_key,
            count(*),
            case
                when old.customer_key in (select customer_key from xref) then 'identity_split'
                else 'identity_merge'
            end
        from read_parquet('{last}') as old
        inner join xref as new using (source_name, entity, source_id)
        where old.customer_key <> new.customer_key and old.entity <> 'visitor'
        group by all
        order by all
        """
    ).fetchall()


def _record_changes(settings: Settings, changes: list[tuple[str, str, int, str]]) -> None:
    """Append merges and splits to the ledger before the new mapping replaces the old one."""
    ledger = Ledger(settings.ledger_file)
    for old, new, records, kind in changes:
        ledger.append_event(kind, subject=new, detail={"from": old, "records": records})
