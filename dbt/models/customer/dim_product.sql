-- Products of the last complete delivery up to the run's day. Grain: one row per product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

deliveries as (
    select products.*
    from {{ ref('stg_crm__products') }} as products
    cross join run_context
    where products.business_date <= run_context.as_of_date
    qualify products.business_date = max(products.business_date) over ()
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
