-- Answered surveys as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'surveys') }}
),

final as (
    select
        survey_id,
        customer_id as crm_customer_id,
        contact_id,
        score,
        scale_max,
        answered_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
