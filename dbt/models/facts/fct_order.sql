-- Orders placed on the web or in the app.
-- Grain: one row per order_id.
{%- set keys = ['order_id'] -%}
{%- set rule = {
    'day': 'order_date', 'versions': 'event_days', 'source': 'web', 'table': 'orders',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

orders as (
    {{ stale_events(ref('stg_web__orders'), source('audit', 'event_days'), rule, keys) }}
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
