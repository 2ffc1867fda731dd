-- Payments as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'payments') }}
),

final as (
    select
        payment_id,
        account_id,
        bill_id,
        amount_yuan,
        method_code,
        paid_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
