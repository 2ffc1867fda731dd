-- How customers go from segment to segment between one snapshot and the next, and from yesterday to
-- today, in every scheme; of scheme lifecycle this is the monthly transition matrix. `new` is where
-- who was not known before comes from. Kinds of customers (clusters) are told by the clustering
-- that holds in every month, and how it renamed them is a step by itself.
-- Grain: one row per as_of_date, step_code, scheme_code, from_segment_code, to_segment_code.
with

snapshots as (
    select
        as_of_date,
        is_month_end,
        lag(as_of_date) over (order by as_of_date asc nulls last) as previous_date
    from {{ source('audit', 'snapshots') }}
),

memberships as (
    select * from {{ ref('mart_segment_membership') }}
),

steps as (
    select
        snapshots.as_of_date,
        'month' as step_code,
        snapshots.previous_date as since_date,
        snapshots.is_month_end,
        memberships.scheme_code,
        memberships.segment_code as from_segment_code,
        case
            when memberships.unseen_date = snapshots.as_of_date then memberships.to_segment_code
            else memberships.segment_code
        end as to_segment_code
    from snapshots
    inner join memberships
        on
            snapshots.previous_date >= memberships.seen_date
            and snapshots.previous_date < memberships.unseen_date
    union all
    select
        snapshots.as_of_date,
        'month' as step_code,
        snapshots.previous_date as since_date,
        snapshots.is_month_end,
        memberships.scheme_code,
        'new' as from_segment_code,
        memberships.segment_code as to_segment_code
    from snapshots
    inner join memberships on snapshots.as_of_date = memberships.seen_date
    where snapshots.previous_date is not null and memberships.from_segment_code is null
    union all
    select
        as_of_date,
        'day' as step_code,
        since_date,
        false as is_month_end,
        scheme_code,
        coalesce(from_segment_code, 'new') as from_segment_code,
        to_segment_code
    from {{ ref('seg_day_step') }}
    union all
    select
        as_of_date,
        'definition' as step_code,
        since_date,
        false as is_month_end,
        scheme_code,
        from_segment_code,
        to_segment_code
    from {{ ref('seg_cluster_refit') }}
),

counted as (
    select
        as_of_date,
        step_code,
        since_date,
        scheme_code,
        from_segment_code,
        to_segment_code,
        is_month_end,
        count(*) as moved_count
    from steps
    group by
        as_of_date, step_code, since_date, scheme_code, from_segment_code, to_segment_code,
        is_month_end
),

judged as (
    {{ small_groups_marked(
        'counted', 'moved_count', 'as_of_date, step_code, scheme_code, from_segment_code',
        'to_segment_code'
    ) }}
),

final as (
    select
        as_of_date,
        step_code,
        since_date,
        scheme_code,
        from_segment_code,
        to_segment_code,
        is_month_end,
        is_suppressed,
        case when not is_suppressed then moved_count end as customers_count,
        case
            when not is_suppressed
                then cast(moved_count as double) / sum(moved_count) over (
                    partition by as_of_date, step_code, scheme_code, from_segment_code
                )
        end as share_of_from
    from judged
)

select * from final
