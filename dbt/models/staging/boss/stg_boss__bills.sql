-- Bill lines as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'bills') }}
),

final as (
    select
        bill_line_id,
        bill_id,
        account_id,
        subscription_id,
        item_code,
        amount_yuan,
        billed_date,
        due_date,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
