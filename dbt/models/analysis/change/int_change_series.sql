-- The series that are judged today: what happened on days or in weeks, weeks in which nothing did
-- filled with zero where quiet is news. Who is quiet today and watched for rises alone is left out.
-- Grain: one row per entity_id, indicator_name, event_date.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

watched as (
    select * from {{ ref('key_indicators') }}
),

flows as (
    select
        customer_key,
        indicator_name,
        event_date,
        cast(sum(actual_value) as double) as actual_value
    from {{ ref('int_change_flow') }}
    group by customer_key, indicator_name, event_date
),

customers as (
    select
        customer_key,
        first_seen_date
    from {{ ref('dim_customer') }}
),

cohorts as (
    select
        customer_key,
        concat(
            max(case when scheme_code = 'party' then segment_code end), '/',
            max(case when scheme_code = 'value_tier' then segment_code end)
        ) as cohort_code
    from {{ ref('seg_membership') }}
    where is_current and scheme_code in ('party', 'value_tier')
    group by customer_key
),

-- amounts begin when they first came, counts when the customer was first known
begun as (
    select
        flows.customer_key,
        watched.indicator_name,
        watched.is_quiet_zero,
        watched.history_days,
        watched.window_days,
        case
            when watched.kind_code = 'count' then min(customers.first_seen_date)
            else min(flows.event_date)
        end as first_date
    from flows
    inner join watched on flows.indicator_name = watched.indicator_name
    inner join customers on flows.customer_key = customers.customer_key
    cross join run_context
    group by
        flows.customer_key, watched.indicator_name, watched.is_quiet_zero, watched.history_days,
        watched.window_days, watched.kind_code, watched.direction_code, run_context.as_of_date
    having
        max(flows.event_date) = run_context.as_of_date
        or (watched.direction_code <> 'up' and watched.is_quiet_zero)
),

days as (
    select
        calendar_date,
        {{ days_between('calendar_date', 'run_context.as_of_date') }} as age_days
    from {{ ref('dim_date') }}
    cross join run_context
    where calendar_date <= run_context.as_of_date
),

quiet as (
    select
        begun.customer_key,
        begun.indicator_name,
        days.calendar_date as event_date
    from begun
    inner join days
        on
            begun.first_date <= days.calendar_date
            and begun.history_days > days.age_days
            and mod(days.age_days, begun.window_days) = 0
    where begun.is_quiet_zero
),

final as (
    select
        begun.customer_key as entity_id,
        cohorts.cohort_code,
        begun.indicator_name,
        flows.event_date,
        flows.actual_value,
        cast(null as double) as base_value
    from flows
    inner join begun
        on
            flows.customer_key = begun.customer_key
            and flows.indicator_name = begun.indicator_name
    left join cohorts on begun.customer_key = cohorts.customer_key
    union all
    select
        quiet.customer_key as entity_id,
        cohorts.cohort_code,
        quiet.indicator_name,
        quiet.event_date,
        0 as actual_value,
        cast(null as double) as base_value
    from quiet
    left join flows
        on
            quiet.customer_key = flows.customer_key
            and quiet.indicator_name = flows.indicator_name
            and quiet.event_date = flows.event_date
    left join cohorts on quiet.customer_key = cohorts.customer_key
    where flows.customer_key is null
)

select * from final
