-- What a subscription used in a day; a day without usage has no row.
-- Grain: one row per subscription_id, usage_date.
{%- set keys = ['subscription_id', 'usage_date'] -%}
{%- set rule = {
    'day': 'usage_date', 'versions': 'event_days', 'source': 'boss', 'table': 'usage_days',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

usage_days as (
    {{ stale_events(ref('stg_boss__usage_days'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        subscription_id,
        usage_date,
        call_minutes,
        call_count,
        sms_count,
        data_mb,
        roaming_minutes,
        _version
    from usage_days
)

select * from final
