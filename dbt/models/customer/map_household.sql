-- Customers who live together; a household never makes one customer of two.
-- Grain: one row per customer_key.
with

households as (
    select * from {{ source('identity', 'household') }}
),

final as (
    select
        customer_key,
        household_id,
        evidence_code
    from households
)

select * from final
