{#
How far each row of a series lies from its level, after `recurring_days()` (seasons.sql). What does not
belong here: how far is unusual (spreads.sql).
#}

{# How far each row lies from its level (the rows before: their median, for counts their mean with half
   an event more, after Jeffreys) and from its kind of weekday. A kind of
   day counts once it was seen six times in a series of two months; holidays before that are like
   other days off. #}
{% macro surprises() -%}
    {%- set strata = 'partition by entity_id, indicator_name, stratum' -%}
    levelled as (
        select
            *,
            case kind_code
                when 'amount' then {{ running_median('y', 'before') }}
                when 'count' then (sum(y) over before + 0.5) / count(*) over before
                when 'share' then (sum(y) over before + 0.5) / (sum(base_value) over before + 1)
            end as level_y,
            count(*) over before as before_count
        from (
            select
                scaled.*,
                seasons.season_code,
                seasons.is_day_off,
                coalesce(paydays.month_day, 0) as stratum
            from scaled
            inner join (
                select distinct calendar_date, season_code, is_day_off from calendar
            ) as seasons on scaled.event_date = seasons.calendar_date
            left join paydays
                on
                    scaled.entity_id = paydays.entity_id
                    and scaled.indicator_name = paydays.indicator_name
                    and scaled.event_date = paydays.event_date
        ) as stratified
        window before as (
            {{ strata }}
            order by event_date asc nulls last
            rows between {{ level_days() }} preceding and 1 preceding
        )
    ),

    distances as (
        select
            *,
            case when is_past and before_count >= 2 then distance end as past_distance
        from (
            select
                *,
                {{ distance_from('kind_code', 'y', 'level_y', 'base_value') }} as distance
            from levelled
        ) as with_distance
    ),

    -- only series of two months of days can tell kinds of days apart
    dense as (
        select distances.*
        from distances
        inner join (
            select
                entity_id,
                indicator_name
            from distances
            where window_days = 1 and stratum = 0 and past_distance is not null
            group by entity_id, indicator_name
            having count(*) >= 60
        ) as long_ones
            on
                distances.entity_id = long_ones.entity_id
                and distances.indicator_name = long_ones.indicator_name
        where distances.stratum = 0
    ),

    season_effects as (
        select
            entity_id,
            indicator_name,
            season_code,
            coalesce(
                case when count(past_distance) >= 6 then median(past_distance) end,
                max(day_off_effect),
                0
            ) as season_effect
        from (
            select
                *,
                median(past_distance) over (
                    partition by entity_id, indicator_name, is_day_off
                ) as day_off_effect
            from dense
        ) as with_days_off
        group by entity_id, indicator_name, season_code
    ),

    seasoned as (
        select
            distances.*,
            coalesce(season_effects.season_effect, 0) as season_effect
        from distances
        left join season_effects
            on
                distances.entity_id = season_effects.entity_id
                and distances.indicator_name = season_effects.indicator_name
                and distances.season_code = season_effects.season_code
                and distances.stratum = 0
    )
{%- endmacro %}
