-- One indicator in all schemes, counted again the plain way: the batches lose nobody and mix up no
-- column.
with

margins as (
    select
        worth.customer_key,
        worth.as_of_date,
        worth.margin_yuan_365d as margin_yuan
    from {{ ref('ind_value') }} as worth
    inner join {{ source('audit', 'run_context') }} as run_context
        on worth.as_of_date = run_context.as_of_date
    where worth.margin_yuan_365d is not null
),

recounted as (
    select
        margins.as_of_date,
        membership.scheme_code,
        membership.segment_code,
        count(*) as customers_count,
        sum(margins.margin_yuan) as sum_value,
        median(margins.margin_yuan) as median_value
    from margins
    inner join {{ ref('seg_membership') }} as membership
        on margins.customer_key = membership.customer_key and membership.is_current
    group by margins.as_of_date, membership.scheme_code, membership.segment_code
    union all
    select
        as_of_date,
        'all' as scheme_code,
        'all' as segment_code,
        count(*) as customers_count,
        sum(margin_yuan) as sum_value,
        median(margin_yuan) as median_value
    from margins
    group by as_of_date
)

select
    recounted.*,
    found.customers_count as found_count,
    found.median_value as found_median
from recounted
left join {{ ref('seg_indicator_statistics') }} as found
    on
        recounted.as_of_date = found.as_of_date
        and recounted.scheme_code = found.scheme_code
        and recounted.segment_code = found.segment_code
        and found.indicator_name = 'margin_yuan_365d'
where
    found.customers_count is distinct from recounted.customers_count
    or found.median_value is distinct from recounted.median_value
    or abs(cast(found.sum_value as double) - recounted.sum_value) > 0.01
