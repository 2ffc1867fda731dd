-- Answered satisfaction surveys on one scale: 0 worst, 1 best.
-- Grain: one row per survey_id.
{%- set keys = ['survey_id'] -%}
{%- set rule = {
    'day': 'survey_date', 'versions': 'event_days', 'source': 'crm', 'table': 'surveys',
} -%}
{{ config(unique_key=keys, meta={'replace_days': rule}) }}

with

surveys as (
    {{ stale_events(ref('stg_crm__surveys'), source('audit', 'event_days'), rule, keys) }}
),

final as (
    select
        survey_id,
        crm_customer_id,
        contact_id,
        cast(score as double) / nullif(scale_max, 0) as score_share,
        event_date as survey_date,
        _version
    from surveys
)

select * from final
