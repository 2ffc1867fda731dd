-- What customers who order on the web will buy in the next 90 days, where purchase histories tell.
-- Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

purchases as (
    select * from {{ source('value', 'purchases') }}
),

final as (
    select
        purchases.customer_key,
        purchases.purchases_count,
        purchases.last_purchase_date,
        purchases.alive_share,
        purchases.expected_purchases_90d,
        purchases.expected_purchase_yuan,
        purchases.expected_purchases_90d * purchases.expected_purchase_yuan
            as expected_purchases_yuan_90d,
        purchases.holdout_ratio,
        purchases.as_of_date
    from purchases
    inner join run_context on purchases.as_of_date = run_context.as_of_date
)

select * from final
