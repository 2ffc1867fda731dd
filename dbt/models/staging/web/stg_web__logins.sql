-- Logins as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('web', 'logins') }}
),

final as (
    select
        login_id,
        visitor_id,
        account_id,
        logged_in_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
