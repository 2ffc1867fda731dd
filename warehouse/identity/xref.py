"""The result: one row per source record with its customer, its rule and how sure that is.

A web visitor is attached to the account it first logged in to and never joins two people: a shared
browser is weak evidence. What does not belong here: finding customers.
"""

from datetime import date

import duckdb
import pyarrow as pa

from warehouse.identity.rules import ALONE, ATTACHED
from warehouse.settings import Settings

XREF = "customer_xref.parquet"


def build(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> pa.Table:
    """The cross-reference from `record`, `edge` and `keyed` (position, customer_key)."""
    _load_visitors(con, settings, as_of)
    return con.sql(_XREF).to_arrow_table()


def _load_visitors(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
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
        select
            position,
            first(rule_code order by confidence desc, rule_code) as rule_code,
            max(confidence) as confidence
        from (
            select low as position, rule_code, confidence from edge
            union all
            select high as position, rule_code, confidence from edge
        )
        group by position
    ),
    known as (
        select source_name, entity, source_id, customer_key,
               coalesce(evidence.rule_code, '{ALONE.code}') as rule_code,
               coalesce(evidence.confidence, {ALONE.confidence}) as confidence,
               first_known_date as valid_from, first_file_id
        from record
        inner join keyed using (position)
        left join evidence using (position)
    )
    select source_name, entity, source_id, customer_key, rule_code, valid_from,
           date '9999-12-31' as valid_to, confidence, first_file_id
    from known
    union all
    select 'web', 'visitor', visitor_id, account.customer_key, '{ATTACHED.code}',
           visitor.valid_from, date '9999-12-31', {ATTACHED.confidence}, visitor.first_file_id
    from visitor
    inner join known as account
        on visitor.account_id = account.source_id and account.entity = 'account'
    order by 1, 2, 3
"""
