-- Subscriptions as every delivery described them; valid_to is exclusive.
-- Grain: one row per subscription_id, valid_from.
with

subscriptions as (
    select * from {{ ref('stg_boss__subscriptions') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

accounts as (
    select * from {{ ref('dim_account') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

deliveries as (
    select subscriptions.*
    from subscriptions
    cross join run_context
    where subscriptions.business_date <= run_context.as_of_date
),

versions as (
    {{ dated_versions('deliveries', id='subscription_id', born='started_date') }}
),

final as (
    select
        versions.subscription_id,
        versions.valid_from,
        versions.valid_to,
        versions.account_id,
        accounts.customer_key,
        versions.product_id,
        products.family_code,
        versions.contract_months,
        versions.monthly_fee_yuan,
        products.monthly_cost_yuan,
        versions.started_date,
        versions.ended_date,
        versions.status_code
    from versions
    left join accounts on versions.account_id = accounts.account_id
    left join products on versions.product_id = products.product_id
)

select * from final
