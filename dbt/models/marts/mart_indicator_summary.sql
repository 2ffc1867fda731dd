-- What the customers of a segment are like, indicator by indicator, without a group so small that
-- it would speak of persons.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

indicators as (
    select
        *,
        kind_code in ('additive', 'semi_additive', 'flag') as is_summable
    from {{ ref('dim_indicator') }}
),

statistics as (
    select * from {{ ref('seg_indicator_statistics') }}
    where customers_count > 0
),

ratios as (
    select * from {{ ref('seg_indicator_ratio') }}
),

totalled as (
    select
        *,
        sum(sum_value) over (
            partition by as_of_date, scheme_code, indicator_name
        ) as total_value
    from statistics
),

hidden as (
    select * from {{ ref('seg_indicator_hidden') }}
),

judged as (
    select
        totalled.*,
        hidden.is_suppressed
    from totalled
    inner join hidden
        on
            totalled.as_of_date = hidden.as_of_date
            and totalled.scheme_code = hidden.scheme_code
            and totalled.segment_code = hidden.segment_code
            and totalled.indicator_name = hidden.indicator_name
),

-- what is hidden is left out before anything is derived from it
figures as (
    select
        judged.as_of_date,
        judged.scheme_code,
        judged.segment_code,
        judged.indicator_name,
        judged.customers_count,
        case when indicators.is_summable then cast(judged.sum_value as double) end as sum_value,
        cast(judged.sum_value as double) / judged.customers_count as mean_value,
        ratios.ratio_value,
        judged.median_value,
        judged.p90_value,
        case
            when indicators.is_summable
                then
                    cast(judged.sum_value as double)
                    / nullif(cast(judged.total_value as double), 0)
        end as share_value
    from judged
    inner join indicators on judged.indicator_name = indicators.indicator_name
    left join ratios
        on
            judged.as_of_date = ratios.as_of_date
            and judged.scheme_code = ratios.scheme_code
            and judged.segment_code = ratios.segment_code
            and judged.indicator_name = ratios.indicator_name
    where not judged.is_suppressed
),

final as (
    select
        judged.as_of_date,
        judged.scheme_code,
        judged.segment_code,
        indicators.indicator_code,
        indicators.indicator_name,
        indicators.unit_code,
        indicators.kind_code,
        judged.is_suppressed,
        figures.customers_count,
        figures.sum_value,
        figures.mean_value,
        figures.ratio_value,
        figures.median_value,
        figures.p90_value,
        case when figures.share_value between 0 and 1 then figures.share_value end
            as share_of_total,
        figures.mean_value - previous.mean_value as mean_change_value
    from judged
    inner join indicators on judged.indicator_name = indicators.indicator_name
    cross join run_context
    left join figures
        on
            judged.as_of_date = figures.as_of_date
            and judged.scheme_code = figures.scheme_code
            and judged.segment_code = figures.segment_code
            and judged.indicator_name = figures.indicator_name
    left join figures as previous
        on
            judged.as_of_date = run_context.as_of_date
            and judged.as_of_date > previous.as_of_date
            and judged.scheme_code = previous.scheme_code
            and judged.segment_code = previous.segment_code
            and judged.indicator_name = previous.indicator_name
)

select * from final
