-- Which groups speak of too few customers by themselves: whose value is known, or who have what a
-- flag says, or have it not; with them enough of their siblings to hide them.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_name.
{{ config(materialized='view') }}
with

statistics as (
    select * from {{ ref('seg_indicator_statistics') }}
    where customers_count > 0
),

flags as (
    select indicator_name from {{ ref('dim_indicator') }}
    where kind_code = 'flag'
),

-- whom the figures of a group speak of; the sum of a flag is a number of people
spoken_of as (
    select
        as_of_date,
        scheme_code,
        segment_code,
        indicator_name,
        'known' as those_code,
        customers_count
    from statistics
    union all
    select
        statistics.as_of_date,
        statistics.scheme_code,
        statistics.segment_code,
        statistics.indicator_name,
        'with' as those_code,
        statistics.sum_value as customers_count
    from statistics
    inner join flags on statistics.indicator_name = flags.indicator_name
    where statistics.sum_value > 0
    union all
    select
        statistics.as_of_date,
        statistics.scheme_code,
        statistics.segment_code,
        statistics.indicator_name,
        'without' as those_code,
        statistics.customers_count - statistics.sum_value as customers_count
    from statistics
    inner join flags on statistics.indicator_name = flags.indicator_name
    where statistics.customers_count > statistics.sum_value
),

marked as (
    {{ small_groups_marked(
        'spoken_of', 'customers_count', 'as_of_date, scheme_code, indicator_name, those_code',
        'segment_code'
    ) }}
),

final as (
    select
        as_of_date,
        scheme_code,
        segment_code,
        indicator_name,
        max(case when those_code = 'known' and is_suppressed then 1 else 0 end) = 1
            as is_too_little_known,
        max(case when is_suppressed then 1 else 0 end) = 1 as is_suppressed
    from marked
    group by as_of_date, scheme_code, segment_code, indicator_name
)

select * from final
