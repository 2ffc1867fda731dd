-- Subscriptions as last delivered up to the run's day, with whose and what they are.
-- Grain: one row per subscription_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    select subscriptions.*
    from {{ ref('stg_boss__subscriptions') }} as subscriptions
    cross join run_context
    where subscriptions.business_date <= run_context.as_of_date
),

latest as (
    {{ latest_rows('deliveries', keys=['subscription_id']) }}
),

accounts as (
    select * from {{ ref('dim_account') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

final as (
    select
        latest.subscription_id,
        latest.account_id,
        accounts.customer_key,
        latest.product_id,
        products.family_code,
        latest.contract_months,
        latest.monthly_fee_yuan,
        products.monthly_cost_yuan,
        latest.started_date,
        latest.ended_date,
        latest.status_code
    from latest
    left join accounts on latest.account_id = accounts.account_id
    left join products on latest.product_id = products.product_id
)

select * from final
