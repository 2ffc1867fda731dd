-- Neither what is shown of a segment nor what everybody less the shown segments leaves may speak of
-- fewer than k customers, nor may the sum of a flag; a suppressed row holds no figure at all; of
-- two schemes one is coarse enough for all its unions to be tried.
with

summary as (
    select * from {{ ref('mart_indicator_summary') }}
),

everybody as (
    select
        as_of_date,
        indicator_name,
        customers_count,
        sum_value
    from {{ ref('seg_indicator_statistics') }}
    where scheme_code = 'all'
),

too_small as (
    select
        as_of_date,
        scheme_code,
        indicator_name,
        customers_count
    from summary
    where
        customers_count < {{ smallest_group() }}
        or (
            kind_code = 'flag'
            and (
                sum_value between 1 and {{ smallest_group() }} - 1
                or customers_count - sum_value between 1 and {{ smallest_group() }} - 1
            )
        )
        or is_suppressed <> (customers_count is null)
        or is_suppressed <> (mean_value is null)
        or (
            is_suppressed
            and coalesce(sum_value, median_value, p90_value, share_of_total, mean_change_value)
            is not null
        )
),

left_over as (
    select
        summary.as_of_date,
        summary.scheme_code,
        summary.indicator_name,
        max(everybody.customers_count)
        - coalesce(sum(summary.customers_count), 0) as customers_count,
        case
            when summary.kind_code = 'flag' and max(everybody.sum_value) >= {{ smallest_group() }}
                then max(everybody.sum_value) - coalesce(sum(summary.sum_value), 0)
        end as flagged_count
    from summary
    inner join everybody
        on
            summary.as_of_date = everybody.as_of_date
            and summary.indicator_name = everybody.indicator_name
    where everybody.customers_count >= {{ smallest_group() }}
    group by summary.as_of_date, summary.scheme_code, summary.indicator_name, summary.kind_code
),

sizes as (
    select
        as_of_date,
        scheme_code,
        indicator_name,
        count(*) as groups_count,
        rank() over (
            partition by as_of_date, indicator_name
            order by count(*) desc nulls last, scheme_code asc nulls last
        ) as size_rank
    from summary
    group by as_of_date, scheme_code, indicator_name
),

too_fine as (
    select
        as_of_date,
        scheme_code,
        indicator_name,
        groups_count
    from sizes
    where size_rank = 2 and groups_count > {{ most_units() }}
)

select * from too_small
union all
select * from too_fine
union all
select
    as_of_date,
    scheme_code,
    indicator_name,
    customers_count
from left_over
where
    customers_count between 1 and {{ smallest_group() }} - 1
    or flagged_count between 1 and {{ smallest_group() }} - 1
