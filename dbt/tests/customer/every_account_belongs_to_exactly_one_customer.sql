-- An account delivered up to the run's day stands once in dim_account, with a customer we know.
with

delivered as (
    select distinct known.account_id
    from {{ ref('stg_boss__accounts') }} as known
    cross join {{ source('audit', 'run_context') }} as run_context
    where known.business_date <= run_context.as_of_date
),

owned as (
    select
        known.account_id,
        count(*) as owners_count
    from {{ ref('dim_account') }} as known
    inner join {{ ref('dim_customer') }} as customers
        on known.customer_key = customers.customer_key
    group by known.account_id
)

select
    delivered.account_id,
    owned.owners_count
from delivered
left join owned on delivered.account_id = owned.account_id
where coalesce(owned.owners_count, 0) <> 1
