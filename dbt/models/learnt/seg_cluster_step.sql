-- Which kind of customer (cluster) each one was and is, in three steps: since yesterday, since the
-- last month end, and from the clustering before to the one that holds, which moves nobody but
-- gives the same customer another name. Days as in seg_membership: a move that the eve shows
-- already is of some day since the month end. Grain: one row per customer_key, step_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

placements as (
    select * from {{ ref('seg_cluster') }}
),

today as (
    select placements.*
    from placements
    inner join run_context on placements.as_of_date = run_context.as_of_date
),

-- no row where yesterday is before the first delivery: then nothing is told of it
eves as (
    select placed_days.as_of_date as eve_date
    from {{ source('audit', 'segment_days') }} as placed_days
    inner join run_context
        on placed_days.as_of_date = {{ add_days('run_context.as_of_date', -1) }}
),

since_dates as (
    select
        'day' as step_code,
        eve_date as since_date
    from eves
    union all
    select
        'month' as step_code,
        max(snapshots.as_of_date) as since_date
    from run_context
    left join {{ source('audit', 'snapshots') }} as snapshots
        on run_context.as_of_date > snapshots.as_of_date
),

steps as (
    select
        today.customer_key,
        since_dates.step_code,
        since_dates.since_date,
        earlier.segment_code as from_segment_code,
        today.segment_code as to_segment_code,
        coalesce(eve.segment_code = today.segment_code, false) as is_since_eve,
        eves.eve_date,
        today.as_of_date,
        today.rule_code,
        today.rule_version
    from today
    cross join since_dates
    left join placements as earlier
        on
            today.customer_key = earlier.customer_key
            and since_dates.since_date = earlier.as_of_date
    left join eves on today.as_of_date > eves.eve_date
    left join placements as eve
        on today.customer_key = eve.customer_key and eves.eve_date = eve.as_of_date
),

-- it was not there yet on unseen_on, and it was there on shown_on
dated as (
    select
        *,
        case when is_since_eve then since_date else coalesce(eve_date, since_date) end as unseen_on,
        case when is_since_eve then eve_date else as_of_date end as shown_on
    from steps
),

final as (
    select
        customer_key,
        'cluster' as scheme_code,
        step_code,
        since_date,
        from_segment_code,
        to_segment_code,
        shown_on as changed_date,
        coalesce({{ days_between('unseen_on', 'shown_on') }} = 1, false) as is_day_known,
        rule_code,
        rule_version,
        as_of_date
    from dated
    union all
    select
        customer_key,
        'cluster' as scheme_code,
        'definition' as step_code,
        earlier_fitted_date as since_date,
        earlier_segment_code as from_segment_code,
        segment_code as to_segment_code,
        fitted_date as changed_date,
        true as is_day_known,
        'refitted' as rule_code,
        rule_version,
        as_of_date
    from today
    where earlier_segment_code is not null
)

select * from final
