-- Who was in the audience of a campaign, and in which randomly drawn arm.
-- Grain: one row per campaign_id, crm_customer_id.
{%- set keys = ['campaign_id', 'crm_customer_id'] -%}
{%- set rule = {
    'day': 'assigned_date', 'versions': 'event_days', 'source': 'crm', 'table': 'campaign_members',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

members as (
    {{ stale_events(ref('stg_crm__campaign_members'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        campaign_id,
        crm_customer_id,
        arm_code,
        event_date as assigned_date,
        _version
    from members
)

select * from final
