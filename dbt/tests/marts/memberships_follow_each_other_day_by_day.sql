-- A customer is in one segment of a scheme on every day since the first: the next begins where the
-- one before ends, later than the snapshot that had not seen it yet, and no later than the one that
-- saw it.
with

snapshots as (
    select
        as_of_date,
        lag(as_of_date) over (order by as_of_date asc nulls last) as earlier_date
    from {{ source('audit', 'snapshots') }}
),

memberships as (
    select
        *,
        lead(valid_from) over (
            partition by customer_key, scheme_code order by valid_from asc nulls last
        ) as next_from
    from {{ ref('mart_segment_membership') }}
)

select
    memberships.customer_key,
    memberships.scheme_code,
    memberships.valid_from
from memberships
inner join snapshots on memberships.seen_date = snapshots.as_of_date
where
    memberships.valid_from > memberships.seen_date
    or memberships.valid_from <= snapshots.earlier_date
    or memberships.valid_to <> coalesce(memberships.next_from, date '9999-12-31')
    or memberships.valid_to <= memberships.valid_from
