-- The calendar with public holidays and make-up workdays of China.
-- Grain: one row per calendar_date.
{{ config(schema='marts', tags=['layer_customer']) }}

with

days as (
    {{ every_day('2020-01-01', '2027-12-31') }}
),

holidays as (
    select * from {{ ref('cn_holidays') }}
),

official_years as (
    select distinct extract(year from holiday_date) as year_number
    from holidays
),

described as (
    select
        days.calendar_date,
        cast(extract(year from days.calendar_date) as integer) as year_number,
        cast(extract(quarter from days.calendar_date) as integer) as quarter_number,
        cast(extract(month from days.calendar_date) as integer) as month_number,
        cast({{ iso_weekday('days.calendar_date') }} as integer) as iso_weekday,
        cast(extract(week from days.calendar_date) as integer) as iso_week,
        cast(date_trunc('week', days.calendar_date) as date) as week_start_date,
        cast(date_trunc('month', days.calendar_date) as date) as month_start_date,
        last_day(days.calendar_date) as month_end_date,
        holidays.holiday_name,
        holidays.is_day_off
    from days
    left join holidays on days.calendar_date = holidays.holiday_date
),

final as (
    select
        described.calendar_date,
        described.year_number,
        described.quarter_number,
        described.month_number,
        described.iso_week,
        described.iso_weekday,
        described.week_start_date,
        described.month_start_date,
        described.month_end_date,
        described.holiday_name,
        described.iso_weekday >= 6 as is_weekend,
        not coalesce(described.is_day_off, described.iso_weekday >= 6) as is_workday,
        coalesce(described.is_day_off, false) as is_public_holiday,
        coalesce(not described.is_day_off, false) as is_makeup_workday,
        official_years.year_number is not null as is_calendar_official
    from described
    left join official_years on described.year_number = official_years.year_number
)

select * from final
