-- Who is in another segment today than yesterday, or than at the month end before, on which day it
-- came and why: the work list of all who entered, left or moved, kinds of customers (clusters)
-- included. Who has another kind only because kinds were found anew did not move: that is a step by
-- itself. The whole history stands in mart_segment_membership.
-- Grain: one row per customer_key, scheme_code, step_code.
with

run_context as (
    {{ run_since_month_end() }}
),

-- a move of the day lies between two days that follow each other, so it has its day
moved_today as (
    select
        customer_key,
        scheme_code,
        'day' as step_code,
        since_date,
        from_segment_code,
        to_segment_code,
        as_of_date as changed_date,
        true as is_day_known,
        rule_code,
        rule_version
    from {{ ref('seg_day_step') }}
    where from_segment_code is null or from_segment_code <> to_segment_code
),

memberships as (
    select
        memberships.customer_key,
        memberships.scheme_code,
        'month' as step_code,
        run_context.month_end_date as since_date,
        memberships.from_segment_code,
        memberships.segment_code as to_segment_code,
        memberships.valid_from as changed_date,
        memberships.is_day_known,
        memberships.rule_code,
        memberships.rule_version
    from {{ ref('mart_segment_membership') }} as memberships
    inner join run_context on memberships.seen_date = run_context.as_of_date
),

redefined as (
    select
        customer_key,
        scheme_code,
        'definition' as step_code,
        since_date,
        from_segment_code,
        to_segment_code,
        changed_date,
        true as is_day_known,
        'refitted' as rule_code,
        rule_version
    from {{ ref('seg_cluster_refit') }}
    where from_segment_code <> to_segment_code
),

changes as (
    select * from moved_today
    union all
    select * from memberships
    union all
    select * from redefined
),

final as (
    select
        changes.customer_key,
        changes.scheme_code,
        changes.step_code,
        changes.since_date,
        case
            when changes.step_code = 'definition' then 'redefined'
            when coalesce(changes.from_segment_code, 'none') in ('none', 'unknown', 'exit')
                then 'entered'
            when changes.to_segment_code in ('none', 'unknown', 'exit') then 'left'
            else 'moved'
        end as change_code,
        changes.from_segment_code,
        changes.to_segment_code,
        changes.changed_date,
        changes.is_day_known,
        changes.rule_code,
        changes.rule_version,
        run_context.as_of_date
    from changes
    cross join run_context
)

select * from final
