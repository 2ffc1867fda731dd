-- Since when agents work otherwise than before: the day that parts each daily share into the two
-- most different halves. Statistic: G^2 = 2 (L(before) + L(after) - L(all)), L(k, n) = k ln(k / n)
-- + (n - k) ln(1 - k / n), the largest over all days with 14 days on either side (K. J. Worsley
-- 1983, Biometrika 70). By chance (chi square) it is above 20 less than 8 times in a million
-- on one day, thus on any of 400 days less than once in 300. Grain: one row per measure_code.
{%- set margin_days = 14 %}
{%- set believed_from = 20 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

days as (
    select * from {{ ref('int_quality_day') }}
),

parted as (
    select
        measure_code,
        calendar_date,
        row_number() over earlier as day_number,
        count(*) over (partition by measure_code) as days_count,
        cast(sum(events_count) over earlier as double) - events_count as events_before,
        cast(sum(hits_count) over earlier as double) - hits_count as hits_before,
        cast(sum(events_count) over (partition by measure_code) as double) as events_all,
        cast(sum(hits_count) over (partition by measure_code) as double) as hits_all
    from days
    window earlier as (partition by measure_code order by calendar_date asc nulls last)
),

judged as (
    select
        *,
        round(2 * (
            {{ binomial_log_likelihood('hits_before', 'events_before') }}
            + {{ binomial_log_likelihood('hits_all - hits_before', 'events_all - events_before') }}
            - {{ binomial_log_likelihood('hits_all', 'events_all') }}
        ), 6) as statistic
    from parted
    where day_number > {{ margin_days }} and day_number <= days_count - {{ margin_days }} + 1
    qualify row_number() over (
        partition by measure_code
        order by statistic desc nulls last, calendar_date asc nulls last
    ) = 1
),

final as (
    select
        judged.measure_code,
        judged.statistic >= {{ believed_from }} as is_break,
        case when judged.statistic >= {{ believed_from }} then judged.calendar_date end
            as break_date,
        judged.statistic,
        judged.days_count,
        judged.hits_before / judged.events_before as before_share,
        (judged.hits_all - judged.hits_before) / (judged.events_all - judged.events_before)
            as after_share,
        run_context.as_of_date
    from judged
    cross join run_context
)

select * from final
