-- Page views; how long the last page of a visit was read is unknown, and not zero.
-- Grain: one row per view_id.
{%- set keys = ['view_id'] -%}
{%- set rule = {
    'day': 'view_date', 'versions': 'event_days', 'source': 'web', 'table': 'page_views',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

page_views as (
    {{ stale_events(ref('stg_web__page_views'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        view_id,
        visitor_id,
        session_id,
        event_date as view_date,
        viewed_at,
        page_code,
        product_id,
        channel_code,
        dwell_ms,
        dwell_ms is null as is_last_in_session,
        _version
    from page_views
)

select * from final
