-- Logins; each links a visitor to a billing account.
-- Grain: one row per login_id.
{%- set keys = ['login_id'] -%}
{%- set rule = {
    'day': 'login_date', 'versions': 'event_days', 'source': 'web', 'table': 'logins',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

logins as (
    {{ stale_events(ref('stg_web__logins'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        login_id,
        visitor_id,
        account_id,
        event_date as login_date,
        logged_in_at,
        _version
    from logins
)

select * from final
