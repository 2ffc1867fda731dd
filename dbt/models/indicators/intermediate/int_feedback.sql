-- Complaints and survey answers of a customer before a snapshot; a complaint is open until the day
-- it was closed. Grain: one row per customer_key, as_of_date.
{{ config(materialized='view') }}

with

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

answers as (
    select
        crm_customer_id,
        true as is_complaint,
        complaint_date as event_date,
        {{ local_date('closed_at') }} as closed_date,
        cast(null as decimal(18, 6)) as score_share
    from {{ ref('fct_complaint') }}
    union all
    select
        crm_customer_id,
        false as is_complaint,
        survey_date as event_date,
        cast(null as date) as closed_date,
        {{ exact('score_share') }} as score_share
    from {{ ref('fct_survey') }}
),

aged as (
    select
        records.customer_key,
        snapshots.as_of_date,
        answers.*,
        {{ days_between('answers.event_date', 'snapshots.as_of_date') }} as age_days
    from answers
    inner join snapshots on answers.event_date <= snapshots.as_of_date
    inner join records on answers.crm_customer_id = records.source_id
),

final as (
    select
        customer_key,
        as_of_date,
        count(*) filter (where is_complaint and age_days < 90) as complaints_90d,
        count(*) filter (where is_complaint and age_days < 365) as complaints_365d,
        count(*) filter (
            where is_complaint and coalesce(closed_date > as_of_date, true)
        ) as open_complaints,
        max(case when is_complaint then event_date end) as last_complaint_date,
        count(score_share) filter (where age_days < 90) as surveys_90d,
        count(score_share) filter (where age_days < 365) as surveys_365d,
        sum(score_share) filter (where age_days < 90) as points_90d,
        sum(score_share) filter (where age_days < 365) as points_365d,
        cast(sum(score_share) filter (where age_days < 90) as double)
        / nullif(count(score_share) filter (where age_days < 90), 0) as satisfaction_90d,
        cast(sum(score_share) filter (where age_days < 365) as double)
        / nullif(count(score_share) filter (where age_days < 365), 0) as satisfaction_365d
    from aged
    group by customer_key, as_of_date
)

select * from final
