-- What was paid, when and how.
-- Grain: one row per payment_id.
{%- set keys = ['payment_id'] -%}
{%- set rule = {
    'day': 'paid_date', 'versions': 'event_days', 'source': 'boss', 'table': 'payments',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

payments as (
    {{ stale_events(ref('stg_boss__payments'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        payment_id,
        account_id,
        bill_id,
        amount_yuan,
        method_code,
        event_date as paid_date,
        paid_at,
        _version
    from payments
)

select * from final
