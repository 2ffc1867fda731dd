-- Logins; each links a visitor to a billing account.
-- Grain: one row per login_id.
{{ config(
    unique_key=['login_id'],
    meta={'replace_days': {
        'day': 'login_date', 'versions': 'event_days', 'source': 'web', 'table': 'logins',
    }},
) }}

with

logins as (
    {{ stale_events(ref('stg_web__logins'), source('audit', 'event_days')) }}
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
