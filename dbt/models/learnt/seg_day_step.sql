-- Where every scheme, kinds of customers included, put each customer yesterday, and where it puts
-- each today. Whoever was not known yesterday comes from nowhere.
-- Grain: one row per customer_key, scheme_code.
{{ config(materialized='view') }}
with

run_context as (
    select
        as_of_date,
        {{ add_days('as_of_date', -1) }} as since_date
    from {{ source('audit', 'run_context') }}
),

-- no row where yesterday is before the first delivery: then nothing is told
yesterdays as (
    select placed_days.as_of_date
    from {{ source('audit', 'segment_days') }} as placed_days
    inner join run_context on placed_days.as_of_date = run_context.since_date
),

placements as (
    {% for placed in ['int_segment_placement', 'seg_cluster'] -%}
        select
            customer_key,
            scheme_code,
            as_of_date,
            segment_code,
            rule_code,
            rule_version
        from {{ ref(placed) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

today as (
    select placements.*
    from placements
    inner join run_context on placements.as_of_date = run_context.as_of_date
),

yesterday as (
    select placements.*
    from placements
    inner join yesterdays on placements.as_of_date = yesterdays.as_of_date
),

final as (
    select
        today.customer_key,
        today.scheme_code,
        yesterday.segment_code as from_segment_code,
        today.segment_code as to_segment_code,
        today.rule_code,
        today.rule_version,
        yesterdays.as_of_date as since_date,
        today.as_of_date
    from today
    cross join yesterdays
    left join yesterday
        on
            today.customer_key = yesterday.customer_key
            and today.scheme_code = yesterday.scheme_code
)

select * from final
