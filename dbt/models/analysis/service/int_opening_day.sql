-- When the call centre is open on each day of the calendar: the hours of the weekday, those of a
-- holiday when it is one, and Monday's on a weekend that is worked. Closed all day: no hours.
-- Grain: one row per calendar_date.
with

days as (
    select * from {{ ref('dim_date') }}
),

hours as (
    select * from {{ ref('opening_hours') }}
),

final as (
    select
        days.calendar_date,
        cast(hours.opens_at_hour as double) as opens_at_hour,
        cast(hours.closes_at_hour as double) as closes_at_hour
    from days
    left join hours
        on
            hours.iso_weekday = case
                when days.is_public_holiday then 8
                when days.is_makeup_workday then 1
                else days.iso_weekday
            end
)

select * from final
