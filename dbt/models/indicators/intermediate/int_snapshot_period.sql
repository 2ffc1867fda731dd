-- Which pieces of the calendar a snapshot may see, and how many days before it they ended.
-- Grain: one row per as_of_date, period_date.
{{ config(materialized='table') }}

with

periods as (
    select distinct period_date from {{ ref('int_event_period') }}
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

final as (
    select
        snapshots.as_of_date,
        periods.period_date,
        {{ days_between('periods.period_date', 'snapshots.as_of_date') }} as age_days
    from snapshots
    inner join periods on snapshots.as_of_date >= periods.period_date
)

select * from final
