-- What was billed, to the cent; discounts and refunds are negative.
-- Grain: one row per bill_line_id.
{{ config(
    unique_key=['bill_line_id'],
    meta={'replace_days': {
        'day': 'billed_date', 'versions': 'event_days', 'source': 'boss', 'table': 'bills',
    }},
) }}

with

bills as (
    {{ stale_events(ref('stg_boss__bills'), source('audit', 'event_days')) }}
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
