-- Contacts in both directions as delivered. Grain: one row per _file_id, _record.
with

source as (
    select * from {{ source('crm', 'contacts') }}
),

final as (
    select
        contact_id,
        customer_id as crm_customer_id,
        campaign_id,
        direction_code,
        channel_code,
        agent_id,
        offer_product_id,
        recommended_product_id,
        intent_code,
        reason_code,
        outcome_code,
        started_at,
        ended_at,
        wait_seconds,
        business_date,
        _event_date as event_date,
        _file_id,
        _record
    from source
)

select * from final
