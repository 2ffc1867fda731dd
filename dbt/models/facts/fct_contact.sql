-- Contacts between company and customer, in both directions and on all channels.
-- Grain: one row per contact_id.
{%- set keys = ['contact_id'] -%}
{%- set rule = {
    'day': 'contact_date', 'versions': 'event_days', 'source': 'crm', 'table': 'contacts',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

contacts as (
    {{ stale_events(ref('stg_crm__contacts'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        contact_id,
        crm_customer_id,
        campaign_id,
        direction_code,
        channel_code,
        agent_id,
        offer_product_id,
        recommended_product_id,
        intent_code,
        reason_code,
        outcome_code,
        event_date as contact_date,
        started_at,
        ended_at,
        wait_seconds,
        case
            when outcome_code = 'no_answer' then 0
            else {{ seconds_between('started_at', 'ended_at') }} / 60
        end as talk_minutes,
        outcome_code <> 'no_answer' as is_reached,
        _version
    from contacts
)

select * from final
