{#
What distance is usual for a series, after `surprises()`. What does not belong here: whether a distance is
abnormal (judgement.sql).
#}

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
