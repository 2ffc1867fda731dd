-- The product catalogue as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'products') }}
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
        retired_date,
        business_date,
        _file_id,
        _record
    from source
)

select * from final
