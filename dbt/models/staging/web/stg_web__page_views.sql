-- Page views as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('web', 'page_views') }}
),

final as (
    select
        view_id,
        visitor_id,
        session_id,
        viewed_at,
        page_code,
        product_id,
        channel_code,
        dwell_ms,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
