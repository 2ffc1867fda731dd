"""Who belongs together without being one customer: households, and contacts of organisations.

A relation never merges anybody; it is found after customers are settled. What does not belong here:
what makes records one customer.
"""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.identity import graph
from warehouse.identity.rules import BODY, PERSON
from warehouse.linkage.keys import keys_of
from warehouse.pseudonym import Pseudonyms

HOUSEHOLD, CONTACT = "household.parquet", "organisation_contact.parquet"
LARGEST_HOME = 30
"""A place where more customers live is a dormitory or an office, as for `rules.HUBS`."""
CONTACT_RULE, CONTACT_CONFIDENCE = "contact_phone", 0.9
"""One person at the phone an organisation gave is nearly always its contact."""


@dataclass(frozen=True)
class Relations:
    """The two tables, without any value."""

    household: pa.Table
    organisation_contact: pa.Table


def find(con: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms) -> Relations:
    """Relations among the customers of `xref` from what `record` says of them."""
    con.execute(_PARTIES)
    return Relations(_households(con, pseudonyms), con.sql(_CONTACTS).to_arrow_table())


def _households(con: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms) -> pa.Table:
    """Customers of one home who share a phone or a surname; named after the oldest of them."""
    people = con.sql(
        "select customer_key, position, name, address from party"
        f" where party = '{PERSON}' and address is not null and is_own_address order by position"
    ).to_arrow_table()
    homes = keys_of("address", people["address"])
    lives = {
        "customer_key": people["customer_key"],
        "place": homes["place"],
        "characters": homes["characters"],
        "surname": keys_of("surname", people["name"])["first"],
    }
    con.register("lives_arrow", pa.table(lives))
    con.execute(_NEIGHBOURS)
    nodes = con.sql("select customer_key, node from inhabitant order by node").to_arrow_table()
    pairs = con.sql("select low, high from neighbour").fetchnumpy()
    label = graph.components(pairs["low"], pairs["high"], len(nodes))
    _, oldest, member = np.unique(label, return_index=True, return_inverse=True)
    anchors = nodes["customer_key"].take(pa.array(oldest)).to_pylist()
    made = pa.array(pseudonyms.keys_of(f"household:{key}" for key in anchors), pa.string())
    con.register(
        "housed", pa.table({"node": nodes["node"], "household_id": made.take(pa.array(member))})
    )
    return con.sql(_HOUSEHOLD).to_arrow_table()


_PARTIES = f"""
    create temp table party as
    select
        xref.customer_key,
        record.position,
        record.name,
        record.address,
        coalesce(
            record.address_token not in (select token from nobody where part = 'address'), false
        ) as is_own_address,
        case
            when record.phone_token not in (select token from nobody where part = 'phone')
                then record.phone_token
        end as phone,
        case
            when bool_or(record.party = '{BODY}') over (partition by xref.customer_key)
                then '{BODY}'
            else '{PERSON}'
        end as party
    from record
    inner join xref using (source_name, entity, source_id)
    where xref.valid_to = date '9999-12-31'
"""

_NEIGHBOURS = f"""
    create temp table home as
    select distinct customer_key, place, characters, surname
    from lives_arrow
    where place is not null
    qualify count(*) over (partition by place) <= {LARGEST_HOME};

    create temp table inhabitant as
    select customer_key, row_number() over (order by min(position)) - 1 as node
    from party
    where customer_key in (select customer_key from home)
    group by customer_key;

    create temp table neighbour as
    with reached as (
        select distinct customer_key, phone from party where phone is not null
    ),
    pair as (
        select
            one.customer_key as one_key,
            other.customer_key as other_key,
            bool_or(coalesce(one.surname = other.surname, false)) as is_same_surname
        from home as one
        inner join home as other
            on one.place = other.place and one.customer_key < other.customer_key
        -- half of all characters of the two addresses are in both: not another city's road
        where 3 * len(list_intersect(one.characters, other.characters))
            >= len(one.characters) + len(other.characters)
        group by one.customer_key, other.customer_key
    ),
    related as (
        select
            *,
            exists (
                select 1
                from reached as one
                inner join reached as other using (phone)
                where one.customer_key = one_key and other.customer_key = other_key
            ) as is_same_phone
        from pair
    )
    select least(one.node, other.node) as low, greatest(one.node, other.node) as high,
           is_same_phone, is_same_surname
    from related
    inner join inhabitant as one on related.one_key = one.customer_key
    inner join inhabitant as other on related.other_key = other.customer_key
    where is_same_phone or is_same_surname
"""

_HOUSEHOLD = """
    with said as (
        select low as node, is_same_phone, is_same_surname from neighbour
        union all
        select high, is_same_phone, is_same_surname from neighbour
    )
    select
        household_id,
        customer_key,
        concat_ws(
            '+',
            'address',
            case when bool_or(is_same_phone) then 'phone' end,
            case when bool_or(is_same_surname) then 'surname' end
        ) as evidence_code
    from said
    inner join inhabitant using (node)
    inner join housed using (node)
    group by household_id, customer_key
    order by household_id, customer_key
"""

_CONTACTS = f"""
    with reached as (
        select distinct customer_key, party, phone from party where phone is not null
    ),
    shared as (
        select
            body.customer_key as organisation_customer_key,
            person.customer_key as person_customer_key,
            count(*) over (partition by body.customer_key, phone) as people
        from reached as body
        inner join reached as person using (phone)
        where body.party = '{BODY}' and person.party = '{PERSON}'
    )
    select
        organisation_customer_key,
        person_customer_key,
        '{CONTACT_RULE}' as rule_code,
        round({CONTACT_CONFIDENCE} / min(people), 4) as confidence
    from shared
    group by organisation_customer_key, person_customer_key
    order by organisation_customer_key, person_customer_key
"""
