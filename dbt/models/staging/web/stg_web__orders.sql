-- Web and app orders as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('web', 'orders') }}
),

final as (
    select
        order_id,
        visitor_id,
        account_id,
        product_id,
        channel_code,
        amount_yuan,
        status_code,
        ordered_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
