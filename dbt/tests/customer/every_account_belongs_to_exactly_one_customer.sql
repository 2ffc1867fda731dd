-- An account delivered up to the run's day stands once in dim_account, with a customer we know.
with

delivered as (
    select distinct accounts.account_id
    from {{ ref('stg_boss__accounts') }} as accounts
    cross join {{ source('audit', 'run_context') }} as run_context
    where accounts.business_date <= run_context.as_of_date
),

owned as (
    select
        accounts.account_id,
        count(*) as owners_count
    from {{ ref('dim_account') }} as accounts
    inner join {{ ref('dim_customer') }} as customers
        on accounts.customer_key = customers.customer_key
    group by accounts.account_id
)

select
    delivered.account_id,
    owned.owners_count
from delivered
left join owned on delivered.account_id = owned.account_id
where coalesce(owned.owners_count, 0) <> 1
