{#
The judgement itself. As CTEs from `series`, `watched`, `calendar` and `run_context`: recurring_days()
(seasons.sql), surprises(), spreads() and rated() (spreads.sql; every row with its surprise), judged()
(the rows of the day, with probabilities). Formulas stand in formulas.sql. What does not belong here:
alerts and explanations, which the models choose.
#}

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
