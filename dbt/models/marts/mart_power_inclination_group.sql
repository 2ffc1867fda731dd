-- Purchase power and inclination by group, and whether the two go together within it (Pearson's
-- correlation of the two indices). Every scheme divides the same customers; small groups are hidden
-- with the next smallest. Grain: one row per scheme_code, segment_code.
{%- set schemes = ['party', 'age_band', 'value_tier', 'lifecycle'] | join("', '") %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

customers as (
    select * from {{ ref('mart_power_inclination') }}
    where quadrant_code <> 'unknown'
),

members as (
    select
        customer_key,
        scheme_code,
        segment_code
    from {{ ref('seg_membership') }}
    where
        is_current
        and scheme_code in ('{{ schemes }}')
    union all
    select
        customer_key,
        'quadrant' as scheme_code,
        quadrant_code as segment_code
    from customers
    union all
    select
        customer_key,
        'all' as scheme_code,
        'all' as segment_code
    from customers
),

-- as exact numbers: sums of doubles differ in their last digits from run to run
pairs as (
    select
        members.scheme_code,
        members.segment_code,
        {{ exact('customers.power_index') }} as x,
        {{ exact('customers.inclination_index') }} as y,
        {{ exact('customers.power_index * customers.power_index') }} as xx,
        {{ exact('customers.inclination_index * customers.inclination_index') }} as yy,
        {{ exact('customers.power_index * customers.inclination_index') }} as xy
    from members
    inner join customers on members.customer_key = customers.customer_key
),

summed as (
    select
        scheme_code,
        segment_code,
        count(*) as members_count,
        cast(sum(x) as double) as sum_x,
        cast(sum(y) as double) as sum_y,
        cast(sum(xx) as double) as sum_xx,
        cast(sum(yy) as double) as sum_yy,
        cast(sum(xy) as double) as sum_xy
    from pairs
    group by scheme_code, segment_code
),

judged as (
    {{ small_groups_marked('summed', 'members_count', 'scheme_code', 'segment_code') }}
),

final as (
    select
        judged.scheme_code,
        judged.segment_code,
        judged.is_suppressed,
        case when not judged.is_suppressed then judged.members_count end as customers_count,
        case when not judged.is_suppressed then judged.sum_x / judged.members_count end
            as mean_power_index,
        case when not judged.is_suppressed then judged.sum_y / judged.members_count end
            as mean_inclination_index,
        case
            when not judged.is_suppressed
                then
                    (judged.members_count * judged.sum_xy - judged.sum_x * judged.sum_y)
                    / nullif(sqrt(
                        greatest(
                            judged.members_count * judged.sum_xx - judged.sum_x * judged.sum_x, 0
                        ) * greatest(
                            judged.members_count * judged.sum_yy - judged.sum_y * judged.sum_y, 0
                        )
                    ), 0)
        end as axes_correlation,
        run_context.as_of_date
    from judged
    cross join run_context
)

select * from final
