-- Product subscriptions as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'subscriptions') }}
),

final as (
    select
        subscription_id,
        account_id,
        product_id,
        service_number_token,
        contract_months,
        monthly_fee_yuan,
        started_date,
        ended_date,
        status_code,
        business_date,
        _file_id,
        _record
    from source
)

select * from final
