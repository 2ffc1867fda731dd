-- How far the chances of events can be trusted: what was expected 90 days ago or more, by what was
-- known then, against what came. Equal chances fall into the same tenth.
-- Grain: one row per event_code, horizon_days, decile.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

chances as (
    select chances.*
    from {{ ref('int_event_probability') }} as chances
    cross join run_context
    where chances.origin_date < run_context.as_of_date
),

expected as (
    {% for horizon in [30, 60, 90] %}
        select
            chances.event_code,
            {{ horizon }} as horizon_days,
            chances.origin_date,
            chances.p_{{ horizon }}d as p_first,
            coalesce(
                panel.event_code = chances.event_code and panel.days_to_event <= {{ horizon }},
                false
            ) as has_come
        from chances
        inner join {{ ref('int_event_panel') }} as panel
            on
                chances.origin_date = panel.as_of_date
                and chances.state_code = panel.state_code
        where chances.p_{{ horizon }}d is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

ranked as (
    select
        *,
        1 + cast(floor(
            10 * (
                rank() over (
                    partition by event_code, horizon_days order by p_first desc nulls last
                ) - 1
                + count(*) over (partition by event_code, horizon_days, p_first) / 2.0
            ) / count(*) over (partition by event_code, horizon_days)
        ) as integer) as decile
    from expected
),

counted as (
    select
        event_code,
        horizon_days,
        decile,
        origin_date,
        count(*) as customers_count,
        sum(cast(p_first as decimal(18, 9))) as expected_count,
        count(*) filter (where has_come) as events_count
    from ranked
    group by event_code, horizon_days, decile, origin_date
),

final as (
    select
        counted.event_code,
        counted.horizon_days,
        counted.decile,
        counted.customers_count,
        cast(counted.expected_count as double) / counted.customers_count as mean_predicted_share,
        cast(counted.events_count as double) / counted.customers_count as observed_share,
        {{ wilson_low('counted.events_count', 'counted.customers_count') }} as observed_low_share,
        {{ wilson_high('counted.events_count', 'counted.customers_count') }} as observed_high_share,
        counted.origin_date,
        run_context.as_of_date
    from counted
    cross join run_context
    where counted.customers_count >= {{ smallest_group() }}
)

select * from final
