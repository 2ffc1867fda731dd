-- Subscriptions as last delivered up to the run's day, with whose and what they are.
-- Grain: one row per subscription_id.
with

history as (
    select * from {{ ref('dim_subscription_history') }}
),

final as (
    select
        subscription_id,
        account_id,
        customer_key,
        product_id,
        family_code,
        contract_months,
        monthly_fee_yuan,
        monthly_cost_yuan,
        started_date,
        ended_date,
        status_code
    from history
    where valid_to = date '9999-12-31'
)

select * from final
