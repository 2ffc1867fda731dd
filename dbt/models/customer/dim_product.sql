-- Products of the last complete delivery up to the run's day. Grain: one row per product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    {{ complete_delivery(ref('stg_crm__products')) }}
),

latest as (
    {{ latest_rows('deliveries', keys=['product_id']) }}
),

final as (
    select
        product_id,
        product_name,
        family_code,
        monthly_fee_yuan,
        monthly_cost_yuan,
        complexity_level,
        launched_date,
        retired_date
    from latest
)

select * from final
