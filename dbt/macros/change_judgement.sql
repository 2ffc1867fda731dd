{#
The judgement itself, as CTEs from `series`, `watched`, `calendar` and `run_context` to `rated` (every
row with its surprise) and `judged` (the rows of the day, with probabilities). Formulas stand in
change.sql. What does not belong here: alerts and explanations, which the models choose.
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
                when 'amount' then median(y) over before
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

{#
Own spread (1.4826 MAD, with n / 2.7 degrees of freedom: its efficiency is 37 %), moderated by that of
the cohort with the weight of ten degrees, so that six equal salaries do not make the seventh an alarm
and MAD = 0 needs no rule of its own; never below what counting alone scatters (1 for counts and shares)
or a tenth for money. With less history than its minimum a series is held against its cohort.
Source of moderation: G. K. Smyth (2004), Stat. Appl. Genet. Mol. Biol. 3(1), 3.
#}
{% macro spreads() -%}
    own_spreads as (
        select
            entity_id,
            cohort_code,
            indicator_name,
            stratum,
            stratum > 0 as is_payday,
            count(past_distance) as history_count,
            1.4826 * median(abs(past_distance - season_effect)) as own_spread
        from seasoned
        group by entity_id, cohort_code, indicator_name, stratum
    ),

    cohort_spreads as (
        select
            own_spreads.cohort_code,
            own_spreads.indicator_name,
            own_spreads.is_payday,
            median(own_spreads.own_spread) as cohort_spread
        from own_spreads
        inner join watched on own_spreads.indicator_name = watched.indicator_name
        where
            own_spreads.history_count
            >= case when own_spreads.is_payday then 3 else watched.minimum_history end
        group by own_spreads.cohort_code, own_spreads.indicator_name, own_spreads.is_payday
        having count(*) >= {{ smallest_group() }}
    ),

    cohort_levels as (
        select
            cohort_code,
            indicator_name,
            kind_code,
            case kind_code
                when 'amount' then median(y) else (sum(y) + 0.5) / count(*)
            end as cohort_level_y
        from scaled
        where is_past and kind_code <> 'share'
        group by cohort_code, indicator_name, kind_code
        having count(distinct entity_id) >= {{ smallest_group() }}
    ),

    cohort_distances as (
        select
            scaled.cohort_code,
            scaled.indicator_name,
            cohort_levels.cohort_level_y,
            1.4826 * median(abs({{ distance_from(
                'scaled.kind_code', 'scaled.y', 'cohort_levels.cohort_level_y', '0'
            ) }})) as cohort_level_spread
        from scaled
        inner join cohort_levels
            on
                scaled.cohort_code = cohort_levels.cohort_code
                and scaled.indicator_name = cohort_levels.indicator_name
        where scaled.is_past
        group by scaled.cohort_code, scaled.indicator_name, cohort_levels.cohort_level_y
    )
{%- endmacro %}

{# Every row with its distance from the usual in spreads. A median of n values scatters itself, by a
   variance of pi / 2n: that is part of the surprise of a prediction. #}
{% macro rated() -%}
    compared as (
        select
            seasoned.*,
            own_spreads.history_count / 2.7 as own_df,
            own_spreads.own_spread,
            cohort_spreads.cohort_spread,
            cohort_distances.cohort_level_y,
            cohort_distances.cohort_level_spread,
            seasoned.before_count >= case
                when seasoned.stratum > 0 then 3 else seasoned.minimum_history
            end as is_own,
            case when seasoned.kind_code = 'amount' then 0.1 else 1 end as least_spread
        from seasoned
        inner join own_spreads
            on
                seasoned.entity_id = own_spreads.entity_id
                and seasoned.indicator_name = own_spreads.indicator_name
                and seasoned.stratum = own_spreads.stratum
        left join cohort_spreads
            on
                seasoned.cohort_code = cohort_spreads.cohort_code
                and seasoned.indicator_name = cohort_spreads.indicator_name
                and own_spreads.is_payday = cohort_spreads.is_payday
        left join cohort_distances
            on
                seasoned.cohort_code = cohort_distances.cohort_code
                and seasoned.indicator_name = cohort_distances.indicator_name
    ),

    scattered as (
        select
            *,
            greatest(least_spread, case
                when not is_own then cohort_level_spread
                when cohort_spread is null then own_spread
                else sqrt(
                    (
                        own_df * coalesce(own_spread * own_spread, 0)
                        + 10 * cohort_spread * cohort_spread
                    ) / (own_df + 10)
                )
            end) as spread
        from compared
        where is_own or cohort_level_y is not null
    ),

    rated as (
        select
            *,
            case
                when not is_own then 'cohort'
                when stratum > 0 then 'day_of_month'
                when window_days > 1 then 'own'
                else 'own_weekday'
            end as baseline_code,
            case when is_own then level_y else cohort_level_y end as usual_y,
            case when is_own then season_effect else 0 end as usual_distance,
            case
                when is_own
                    then (distance - season_effect) / spread / sqrt(1 + pi() / (2 * before_count))
                else
                    {{ distance_from('kind_code', 'y', 'cohort_level_y', 'base_value') }} / spread
            end as robust_z,
            -- a spread that counting alone explains is known, not estimated
            case
                when kind_code <> 'amount' and spread = least_spread then 0
                when is_own and cohort_spread is null then 1 / own_df
                else 1 / (own_df + 10)
            end as spread_heaviness
        from scattered
    )
{%- endmacro %}

{#
The rows of the day with a two-sided p-value: Student's t, as heavy as the indicator's past surprises
(of a thousand of them; with fewer the error of the spread itself is added); then Benjamini and Hochberg's q over all
indicators and entities of the day, those who were quiet counting as tests that found nothing.
Source: Y. Benjamini, Y. Hochberg (1995), J. R. Stat. Soc. B 57, 289-300.
#}
{% macro judged() -%}
    tails as (
        select
            indicator_name,
            is_own,
            {{ heaviness('percentile_cont(0.95) within group (order by abs(robust_z))') }}
                as heaviness,
            count(*) as past_count
        from rated
        where is_past and before_count >= 2
        group by indicator_name, is_own
    ),

    tested as (
        select
            rated.*,
            1 / greatest(0.001, case
                when rated.kind_code = 'amount' or rated.spread > rated.least_spread
                    then coalesce(tails.heaviness, 0)
                else 0
            end + case
                when tails.past_count >= 1000 then 0 else rated.spread_heaviness
            end) as reference_df
        from rated
        left join tails
            on rated.indicator_name = tails.indicator_name and rated.is_own = tails.is_own
        where not rated.is_past and rated.robust_z is not null
    ),

    ranked as (
        select
            *,
            row_number() over (
                order by p_value asc nulls last, entity_id asc nulls last, indicator_name asc nulls last
            ) as p_rank
        from (
            select
                *,
                {{ normal_two_sided(t_as_normal('robust_z', 'reference_df')) }} as p_value
            from tested
        ) as with_p
    ),

    tests as (
        select
            sum(
                case
                    when watched.is_quiet_zero
                        then greatest(watched.at_risk_count, coalesce(counted.rows_count, 0))
                    else coalesce(counted.rows_count, 0)
                end
            ) as tests_count
        from watched
        left join (
            select
                indicator_name,
                count(*) as rows_count
            from tested
            group by indicator_name
        ) as counted on watched.indicator_name = counted.indicator_name
    ),

    judged as (
        select
            ranked.*,
            {{ value_at(
                'ranked.kind_code', 'ranked.usual_y', 'ranked.usual_distance', 'ranked.base_value',
                'ranked.negligible_value'
            ) }} as expected_value,
            least(
                1,
                min(ranked.p_value * tests.tests_count / ranked.p_rank) over (
                    order by ranked.p_rank desc nulls last
                    rows between unbounded preceding and current row
                )
            ) as q_value
        from ranked
        cross join tests
    )
{%- endmacro %}
