-- Visits of the last quarter: who came, by which path, and what was ordered of it. An order belongs
-- to the last visit of the same person before it, whatever the device, within a week.
-- Grain: one row per visitor_id, visit_number.
with

rules as (
    {{ analysis_rules(['path_longest_steps', 'order_after_days']) }}
),

pages as (
    select * from {{ ref('int_visit_page') }}
),

people as (
    select * from {{ ref('map_visitor') }}
),

visits as (
    select
        pages.visitor_id,
        pages.visit_number,
        people.customer_key,
        coalesce(people.customer_key, pages.visitor_id) as person_id,
        min(pages.channel_code) as channel_code,
        min(pages.entered_at) as started_at,
        max(pages.last_viewed_at) as last_viewed_at,
        count(*) as steps_count,
        sum(pages.views_count) as views_count,
        cast(sum({{ exact('pages.dwell_minutes') }}) as double) as dwell_minutes,
        {{ joined_in_order(
            'pages.page_code', 'pages.step_number', ' > ',
            'pages.step_number <= rules.path_longest_steps'
        ) }} as path_start,
        count(*) > max(rules.path_longest_steps) as is_truncated
    from pages
    cross join rules
    left join people on pages.visitor_id = people.visitor_id
    group by pages.visitor_id, pages.visit_number, people.customer_key
),

orders as (
    select
        orders.order_id,
        orders.ordered_at,
        orders.amount_yuan,
        coalesce(people.customer_key, orders.visitor_id) as person_id
    from {{ ref('fct_order') }} as orders
    cross join {{ source('audit', 'run_context') }} as run_context
    left join people on orders.visitor_id = people.visitor_id
    where orders.status_code = 'paid' and orders.order_date <= run_context.as_of_date
),

fruits as (
    select
        visits.visitor_id,
        visits.visit_number,
        orders.amount_yuan
    from orders
    inner join visits
        on orders.person_id = visits.person_id and orders.ordered_at >= visits.started_at
    cross join rules
    where
        {{ seconds_between('visits.started_at', 'orders.ordered_at') }}
        <= rules.order_after_days * 86400
    qualify
        row_number() over (
            partition by orders.order_id
            order by
                visits.started_at desc nulls last,
                visits.visitor_id asc nulls last,
                visits.visit_number asc nulls last
        ) = 1
),

ordered as (
    select
        visitor_id,
        visit_number,
        count(*) as orders_count,
        sum(amount_yuan) as order_yuan
    from fruits
    group by visitor_id, visit_number
),

final as (
    select
        visits.visitor_id,
        visits.visit_number,
        visits.customer_key,
        visits.person_id,
        visits.channel_code,
        visits.started_at,
        visits.last_viewed_at,
        visits.steps_count,
        visits.views_count,
        visits.dwell_minutes,
        concat(visits.path_start, case when visits.is_truncated then ' > ...' else '' end)
            as path_text,
        visits.is_truncated,
        coalesce(ordered.orders_count, 0) as orders_count,
        coalesce(ordered.order_yuan, 0) as order_yuan,
        ordered.orders_count is not null as is_converted
    from visits
    left join ordered
        on
            visits.visitor_id = ordered.visitor_id
            and visits.visit_number = ordered.visit_number
)

select * from final
