-- Complaints as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'complaints') }}
),

final as (
    select
        complaint_id,
        customer_id as crm_customer_id,
        cause_code,
        severity_level,
        opened_at,
        closed_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
