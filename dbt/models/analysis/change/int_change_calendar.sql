-- What a day is like for comparisons: its weekday or holiday, and the days of the month whose
-- payments fall on it (money due on days off comes on the workday before).
-- Grain: one row per calendar_date, month_day.
with

days as (
    select
        calendar_date,
        iso_weekday,
        is_workday,
        is_public_holiday,
        is_makeup_workday,
        cast(extract(day from calendar_date) as integer) as month_day,
        max(case when is_workday then calendar_date end) over (
            order by calendar_date asc nulls last
            rows between unbounded preceding and current row
        ) as last_workday
    from {{ ref('dim_date') }}
),

final as (
    select
        days.calendar_date,
        case
            when days.is_public_holiday then 'holiday'
            when days.is_makeup_workday then 'weekday_3'  -- worked like the middle of a week
            else concat('weekday_', days.iso_weekday)
        end as season_code,
        not days.is_workday as is_day_off,
        due.month_day
    from days
    inner join days as due
        on days.calendar_date = due.calendar_date or days.calendar_date = due.last_workday
    group by
        days.calendar_date, days.iso_weekday, days.is_workday, days.is_public_holiday,
        days.is_makeup_workday, due.month_day
)

select * from final
