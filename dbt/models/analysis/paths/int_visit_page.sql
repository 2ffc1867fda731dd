-- Pages of a visit in the order they were opened; the same page several times in a row is one step.
-- A visit ends with half an hour of silence, and how long its last page was read is unknown.
-- Grain: one row per visitor_id, visit_number, step_number.
{%- set in_order =
    'partition by visitor_id order by viewed_at asc nulls last, view_id asc nulls last'
%}
with

rules as (
    {{ analysis_rules(['visit_silence_minutes', 'window_days']) }}
),

views as (
    select
        page_views.visitor_id,
        page_views.view_id,
        page_views.viewed_at,
        page_views.page_code,
        page_views.channel_code,
        page_views.dwell_ms,
        rules.visit_silence_minutes * 60 as silence_seconds
    from {{ ref('fct_page_view') }} as page_views
    cross join {{ source('audit', 'run_context') }} as run_context
    cross join rules
    where
        page_views.view_date <= run_context.as_of_date
        and {{ days_between('page_views.view_date', 'run_context.as_of_date') }}
        < rules.window_days
),

beside as (
    select
        *,
        lag(page_code) over ({{ in_order }}) as page_before,
        lag(viewed_at) over ({{ in_order }}) as viewed_before_at,
        lead(viewed_at) over ({{ in_order }}) as viewed_next_at
    from views
),

marked as (
    select
        *,
        coalesce({{ seconds_between('viewed_before_at', 'viewed_at') }} > silence_seconds, true)
            as is_new_visit,
        coalesce({{ seconds_between('viewed_at', 'viewed_next_at') }} > silence_seconds, true)
            as is_last_in_visit
    from beside
),

counted as (
    select
        *,
        sum(case when is_new_visit then 1 else 0 end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as visit_number,
        sum(case when is_new_visit or page_code <> page_before then 1 else 0 end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as page_number
    from marked
),

final as (
    select
        visitor_id,
        visit_number,
        page_number - min(page_number) over (partition by visitor_id, visit_number) + 1
            as step_number,
        page_code,
        min(channel_code) as channel_code,
        min(viewed_at) as entered_at,
        max(viewed_at) as last_viewed_at,
        count(*) as views_count,
        cast(sum(case when not is_last_in_visit then dwell_ms end) as double) / 60000
            as dwell_minutes
    from counted
    group by visitor_id, visit_number, page_number, page_code
)

select * from final
