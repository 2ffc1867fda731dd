{#
Which days of a series are days of their own kind: the first CTEs of the judgement (judgement.sql says
how they follow each other). What does not belong here: how far a value lies from its kind.
#}

{# How many comparable days make the present level; half the largest share of outliers it bears. #}
{% macro level_days() -%}
    28
{%- endmacro %}

{# Rows of a day of the month of their own: salary, rent, a bill run. Such a day has come in half the
   months or more, three at least; where quiet days are part of the series it has come six times, and
   three quarters of its values lie beyond three quarters of all. Weekends pay on the workday before. #}
{% macro recurring_days() -%}
    scaled as (
        select
            series.*,
            {{ on_scale('watched.kind_code', 'series.actual_value', 'watched.negligible_value') }} as y,
            watched.kind_code,
            watched.window_days,
            watched.is_quiet_zero,
            watched.minimum_history,
            watched.negligible_value,
            series.event_date < run_context.as_of_date as is_past
        from series
        inner join watched on series.indicator_name = watched.indicator_name
        cross join run_context
    ),

    quartiles as (
        select
            entity_id,
            indicator_name,
            count(distinct date_trunc('month', event_date)) as months_count,
            min(event_date) as first_date,
            max(event_date) as last_date,
            percentile_cont(0.25) within group (order by y) as low_y,
            percentile_cont(0.75) within group (order by y) as high_y
        from scaled
        where is_past and window_days = 1 and kind_code <> 'share'
        group by entity_id, indicator_name
        having count(*) >= 3
    ),

    month_days as (
        select
            scaled.entity_id,
            scaled.indicator_name,
            calendar.month_day
        from scaled
        inner join quartiles
            on
                scaled.entity_id = quartiles.entity_id
                and scaled.indicator_name = quartiles.indicator_name
        inner join calendar on scaled.event_date = calendar.calendar_date
        where scaled.is_past
        group by
            scaled.entity_id, scaled.indicator_name, calendar.month_day, scaled.is_quiet_zero,
            quartiles.first_date, quartiles.last_date, quartiles.low_y, quartiles.high_y
        having
            count(*) >= 3
            and 2 * count(distinct date_trunc('month', scaled.event_date))
            >= 1 + floor({{ days_between('quartiles.first_date', 'quartiles.last_date') }} / 30.44)
            and (
                not scaled.is_quiet_zero
                or (
                    count(*) >= 6
                    and (
                        percentile_cont(0.25) within group (order by scaled.y) > quartiles.high_y
                        or percentile_cont(0.75) within group (order by scaled.y) < quartiles.low_y
                    )
                )
            )
    ),

    paydays as (
        select
            scaled.entity_id,
            scaled.indicator_name,
            scaled.event_date,
            min(month_days.month_day) as month_day
        from scaled
        inner join month_days
            on
                scaled.entity_id = month_days.entity_id
                and scaled.indicator_name = month_days.indicator_name
        inner join calendar
            on
                scaled.event_date = calendar.calendar_date
                and month_days.month_day = calendar.month_day
        group by scaled.entity_id, scaled.indicator_name, scaled.event_date
    )
{%- endmacro %}
