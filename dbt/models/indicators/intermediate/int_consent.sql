-- What a customer agreed to for marketing on the day of a snapshot; missing when never asked. Of
-- two answers on one day the later counts, at the same second the refusal; of several records of
-- one customer a refusal wins. Grain: one row per customer_key, as_of_date.
{{ config(materialized='view') }}

with

consents as (
    select * from {{ ref('stg_crm__consents') }}
    where
        scope_code = 'marketing'
        and business_date <= (select max(as_of_date) from {{ source('audit', 'run_context') }})
),

changes as (
    {{ latest_rows('consents', keys=['consent_id']) }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

last_of_day as (
    select *
    from changes
    qualify row_number() over (
        partition by crm_customer_id, channel_code, event_date
        order by changed_at desc nulls last, is_granted asc nulls first
    ) = 1
),

spans as (
    select
        *,
        coalesce(
            lead(event_date) over (
                partition by crm_customer_id, channel_code
                order by event_date asc nulls last
            ),
            date '9999-12-31'
        ) as until_date
    from last_of_day
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

final as (
    select
        records.customer_key,
        snapshots.as_of_date,
        min(case when is_granted then 1 else 0 end) filter (where channel_code = 'phone')
            as allows_phone,
        min(case when is_granted then 1 else 0 end) filter (where channel_code = 'sms')
            as allows_sms,
        min(case when is_granted then 1 else 0 end) filter (where channel_code = 'email')
            as allows_email
    from spans
    inner join snapshots
        on spans.event_date <= snapshots.as_of_date and spans.until_date > snapshots.as_of_date
    inner join records on spans.crm_customer_id = records.source_id
    group by records.customer_key, snapshots.as_of_date
)

select * from final
