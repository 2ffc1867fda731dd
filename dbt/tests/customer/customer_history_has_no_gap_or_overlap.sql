-- A customer's versions follow each other day by day, and exactly the last one holds today.
with

versions as (
    select
        customer_key,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (
            partition by customer_key
            order by valid_from asc nulls last
        ) as next_valid_from
    from {{ ref('dim_customer_history') }}
)

select *
from versions
where
    valid_from >= valid_to
    or valid_to <> coalesce(next_valid_from, date '9999-12-31')
    or is_current <> (next_valid_from is null)
