"""The result: whose record each source record is, since when and why, and whose it was before.

The key of a customer is that of its oldest record that nobody has pinned. A row holds from
`valid_from` up to but not including `valid_to`; the row that holds now ends on 9999-12-31. A web
visitor goes with the account it first logged in to and never joins two people: a shared browser is
weak evidence. What does not belong here: finding customers.
"""

from datetime import date

import duckdb
import pyarrow as pa

from warehouse.errors import RapportError
from warehouse.identity.rules import ALONE, ATTACHED
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

XREF = "customer_xref.parquet"
EVIDENCE = "evidence.parquet"
FOREVER = date(9999, 12, 31)
"""End of what holds now."""


def origin(source_name: str, entity: str, source_id: str) -> str:
    """What a record's key is made of; SQL here spells it the same way."""
    return f"{source_name}:{entity}:{source_id}"


def build(
    con: duckdb.DuckDBPyConnection, settings: Settings, pseudonyms: Pseudonyms, as_of: date
) -> pa.Table:
    """The cross-reference from `record`, `node`, `bond` and `placed`.

    Raises:
        RapportError: RP-3013 when two customers would share a key.
    """
    _load_visitors(con, settings, as_of)
    return assign(con, pseudonyms)


def assign(con: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms) -> pa.Table:
    """The cross-reference, when `visitor` is there too: keys, stays, rules."""
    _load_keys(con, pseudonyms)
    con.execute(_ASSIGNED)
    return con.sql(_XREF).to_arrow_table()


def evidence(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """What joins records now: per bond and record its rule, and whether it counted in the end."""
    return con.sql(_EVIDENCE).to_arrow_table()


def _load_keys(con: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms) -> None:
    """Fill `keyed`: the customer key of every component."""
    con.execute(
        """
        create temp table anchor as
        select
            component,
            coalesce(
                min(position) filter (where position not in (from pinned)), min(position)
            ) as position
        from placed inner join node using (node)
        group by component
        """
    )
    anchors = con.sql(
        """
        select distinct position, concat_ws(':', source_name, entity, source_id) as origin
        from anchor inner join record using (position)
        order by position
        """
    ).to_arrow_table()
    keys = pseudonyms.keys_of(anchors["origin"].to_pylist())
    if len(set(keys)) != len(keys):
        raise RapportError("RP-3013", customers=len(keys))
    con.register("key_arrow", pa.table({"position": anchors["position"], "customer_key": keys}))
    con.execute(
        """
        create temp table keyed as
        select component, customer_key from anchor inner join key_arrow using (position)
        """
    )


def _load_visitors(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Fill `visitor`: the account and local day of each visitor's first login."""
    con.execute(
        f"""
        create temp table visitor as
        select
            visitor_id,
            first(account_id order by logged_in_at, login_id) as account_id,
            first(_event_date order by logged_in_at, login_id) as first_known_date,
            first(_file_id order by logged_in_at, login_id) as first_file_id
        from read_parquet(
            '{settings.lake}/raw/web/logins/*/*.parquet', hive_partitioning = true
        )
        where _event_date <= date '{as_of}' and business_date <= date '{as_of}'
        group by visitor_id
        """
    )


_ASSIGNED = f"""
    create temp table counted as
    select bond, node, rule_code, confidence,
           count(*) over (partition by bond, component) > 1 as is_used
    from bond inner join placed using (node);

    create temp table assigned as
    with best as (
        select
            node,
            first(rule_code order by confidence desc, rule_code) as rule_code,
            max(confidence) as confidence
        from counted
        where is_used
        group by node
    ),
    placed_records as (
        select
            node.position,
            node.from_date,
            keyed.customer_key,
            coalesce(best.rule_code, '{ALONE.code}') as rule_code,
            coalesce(best.confidence, {ALONE.confidence}) as confidence,
            keyed.customer_key is distinct from lag(keyed.customer_key) over since as is_move
        from node
        inner join placed on node.node = placed.node
        inner join keyed on placed.component = keyed.component
        left join best on node.node = best.node
        window since as (partition by node.position order by node.from_date)
    ),
    stays as (
        select *, sum(is_move::int) over (partition by position order by from_date) as stay
        from placed_records
    ),
    stay_rows as (
        select
            position,
            stay,
            min(from_date) as from_date,
            first(customer_key) as customer_key,
            arg_max(rule_code, from_date) as rule_code,
            arg_max(confidence, from_date) as confidence
        from stays
        group by position, stay
    )
    select
        position,
        customer_key,
        rule_code,
        confidence,
        case when stay = 1 then first_known_date else from_date end as valid_from,
        coalesce(
            lead(from_date) over (partition by position order by stay), date '{FOREVER}'
        ) as valid_to
    from stay_rows inner join record using (position);
"""
_XREF = f"""
    select
        source_name, entity, source_id, customer_key, rule_code, valid_from, valid_to, confidence,
        first_known_date, first_file_id
    from assigned inner join record using (position)
    union all
    select
        'web', 'visitor', visitor_id, assigned.customer_key, '{ATTACHED.code}',
        greatest(visitor.first_known_date, assigned.valid_from), assigned.valid_to,
        {ATTACHED.confidence}, visitor.first_known_date, visitor.first_file_id
    from visitor
    inner join record as account
        on visitor.account_id = account.source_id and account.entity = 'account'
    inner join assigned on account.position = assigned.position
    where assigned.valid_to > visitor.first_known_date
    order by source_name, entity, source_id, valid_from
"""
_EVIDENCE = """
    with now as (
        select node.node, record.source_name, record.entity, record.source_id
        from node inner join record using (position)
        qualify node.from_date = max(node.from_date) over (partition by node.position)
    )
    select
        source_name, entity, source_id, rule_code, confidence, is_used,
        dense_rank() over (order by bond) as bond
    from counted inner join now using (node)
    order by source_name, entity, source_id, rule_code, bond
"""
