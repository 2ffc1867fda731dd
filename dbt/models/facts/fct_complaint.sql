-- Complaints, with cause and severity.
-- Grain: one row per complaint_id.
{%- set keys = ['complaint_id'] -%}
{%- set rule = {
    'day': 'complaint_date', 'versions': 'event_days', 'source': 'crm', 'table': 'complaints',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

complaints as (
    {{ stale_events(ref('stg_crm__complaints'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        complaint_id,
        crm_customer_id,
        cause_code,
        severity_level,
        event_date as complaint_date,
        opened_at,
        closed_at,
        _version
    from complaints
)

select * from final
