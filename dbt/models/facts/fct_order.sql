-- Orders placed on the web or in the app.
-- Grain: one row per order_id.
{{ config(
    unique_key=['order_id'],
    meta={'replace_days': {
        'day': 'order_date', 'versions': 'event_days', 'source': 'web', 'table': 'orders',
    }},
) }}

with

orders as (
    {{ stale_events(ref('stg_web__orders'), source('audit', 'event_days')) }}
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
        event_date as order_date,
        ordered_at,
        _version
    from orders
)

select * from final
