-- What was billed, to the cent; discounts and refunds are negative.
-- Grain: one row per bill_line_id.
{%- set keys = ['bill_line_id'] -%}
{%- set rule = {
    'day': 'billed_date', 'versions': 'event_days', 'source': 'boss', 'table': 'bills',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

bills as (
    {{ stale_events(ref('stg_boss__bills'), source('audit', 'event_days'), rule, keys) }}
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
        _version
    from bills
)

select * from final
