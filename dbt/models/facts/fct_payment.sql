-- What was paid, when and how.
-- Grain: one row per payment_id.
{{ config(
    unique_key=['payment_id'],
    meta={'replace_days': {
        'day': 'paid_date', 'versions': 'event_days', 'source': 'boss', 'table': 'payments',
    }},
) }}

with

payments as (
    {{ stale_events(ref('stg_boss__payments'), source('audit', 'event_days')) }}
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
