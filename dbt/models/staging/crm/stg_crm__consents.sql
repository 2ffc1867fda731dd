-- Consents given and withdrawn as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'consents') }}
),

final as (
    select
        consent_id,
        customer_id as crm_customer_id,
        channel_code,
        scope_code,
        is_granted,
        changed_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
