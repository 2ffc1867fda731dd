-- Campaign audiences with the arm drawn as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'campaign_members') }}
),

final as (
    select
        campaign_id,
        customer_id as crm_customer_id,
        arm_code,
        assigned_at,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
