-- Orders after a visit, each once however many visits lie before it, are the money of all visits; a
-- path that is shown by itself has the money of its visits, and a month of a touchpoint that hides
-- no tier that of its contacts.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

people as (
    select
        visitor_id,
        coalesce(customer_key, visitor_id) as person_id
    from {{ ref('map_visitor') }}
),

visits as (
    select
        people.person_id,
        pages.visitor_id,
        min(pages.entered_at) as started_at
    from {{ ref('int_visit_page') }} as pages
    left join people on pages.visitor_id = people.visitor_id
    group by people.person_id, pages.visitor_id, pages.visit_number
),

orders as (
    select
        orders.amount_yuan,
        orders.ordered_at,
        coalesce(people.person_id, orders.visitor_id) as person_id
    from {{ ref('fct_order') }} as orders
    inner join run_context on orders.order_date <= run_context.as_of_date
    left join people on orders.visitor_id = people.visitor_id
    where orders.status_code = 'paid'
),

followed as (
    select sum(orders.amount_yuan) as order_yuan
    from orders
    where exists (
        select 1
        from visits
        where
            coalesce(visits.person_id, visits.visitor_id) = orders.person_id
            and visits.started_at <= orders.ordered_at
            and {{ seconds_between('visits.started_at', 'orders.ordered_at') }} <= (
                select 86400 * rules.rule_value
                from {{ ref('analysis_rules') }} as rules
                where rules.rule_code = 'order_after_days'
            )
    )
),

visited as (
    select sum(order_yuan) as order_yuan
    from {{ ref('int_visit') }}
),

paths as (
    select
        path_text,
        sum(order_yuan) as order_yuan
    from {{ ref('int_visit') }}
    group by path_text
),

contacts as (
    select
        month_start_date,
        touchpoint_code,
        sum(cost_yuan) as cost_yuan,
        sum(margin_yuan) as margin_yuan
    from {{ ref('int_touchpoint_contact') }}
    group by month_start_date, touchpoint_code
),

touchpoints as (
    select
        month_start_date,
        touchpoint_code,
        sum(cost_yuan) as cost_yuan,
        sum(margin_yuan) as margin_yuan
    from {{ ref('mart_touchpoint_tier') }}
    group by month_start_date, touchpoint_code
    having count(*) filter (where is_suppressed) = 0
)

select
    'visits' as place,
    visited.order_yuan as shown_yuan,
    followed.order_yuan as facts_yuan
from visited
cross join followed
where coalesce(visited.order_yuan, 0) <> coalesce(followed.order_yuan, 0)
union all
select
    shown.path_text as place,
    shown.order_yuan as shown_yuan,
    paths.order_yuan as facts_yuan
from {{ ref('mart_path') }} as shown
left join paths on shown.path_text = paths.path_text
where
    not shown.is_pooled
    and shown.order_yuan is not null
    and shown.order_yuan is distinct from paths.order_yuan
union all
select
    touchpoints.touchpoint_code as place,
    touchpoints.cost_yuan + coalesce(touchpoints.margin_yuan, 0) as shown_yuan,
    contacts.cost_yuan + coalesce(contacts.margin_yuan, 0) as facts_yuan
from touchpoints
inner join contacts
    on
        touchpoints.month_start_date = contacts.month_start_date
        and touchpoints.touchpoint_code = contacts.touchpoint_code
where
    touchpoints.cost_yuan <> contacts.cost_yuan
    or touchpoints.margin_yuan is distinct from contacts.margin_yuan
