-- Usage of a subscription in a day as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('boss', 'usage_days') }}
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
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
