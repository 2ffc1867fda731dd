-- The calendar cut wherever a window of a wanted snapshot begins or ends, each piece called by its
-- last day. A fact is summed once per piece, and pieces instead of days are joined to snapshots:
-- every window is exact, for a fifth of the rows. Grain: one row per event_date.
{{ config(materialized='table') }}

with

event_days as (
    select distinct event_date from {{ source('audit', 'event_days') }}
),

snapshots as (
    select as_of_date from {{ source('audit', 'segment_days') }}
),

borders as (
    {% for days in window_borders() -%}
        select {{ add_days('as_of_date', -days) }} as border_date
        from snapshots
        {{ 'union' if not loop.last }}
    {% endfor %}
),

final as (
    select
        event_days.event_date,
        min(borders.border_date) as period_date
    from event_days
    inner join borders on event_days.event_date <= borders.border_date
    group by event_days.event_date
)

select * from final
