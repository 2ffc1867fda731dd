-- Contact episodes and how they ended: by the last touch that says so. An episode whose silence is
-- not yet long enough is open: it may go on, so nothing is said about its end.
-- Grain: one row per customer_key, episode_number.
with

rules as (
    {{ analysis_rules(['episode_silence_days']) }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

touches as (
    select * from {{ ref('int_touch') }}
),

episodes as (
    select
        customer_key,
        episode_number,
        count(*) as touches_count,
        min(touched_at) as started_at,
        max(touched_at) as last_touched_at,
        max_by(touch_code, touch_number) as last_touch_code,
        max_by(ending_code, touch_number) filter (where ending_code is not null) as ending_code
    from touches
    group by customer_key, episode_number
),

final as (
    select
        episodes.customer_key,
        episodes.episode_number,
        episodes.touches_count,
        episodes.started_at,
        episodes.last_touched_at,
        episodes.last_touch_code,
        case
            when
                {{ days_between(local_date('episodes.last_touched_at'), 'run_context.as_of_date') }}
                <= rules.episode_silence_days
                then 'open'
            else coalesce(episodes.ending_code, 'no_outcome')
        end as ending_code
    from episodes
    cross join rules
    cross join run_context
)

select * from final
