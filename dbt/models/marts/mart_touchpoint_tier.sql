-- What each touchpoint reaches, costs and brings in each value tier, month by month. Small groups
-- are hidden together with the next smallest of the same month and touchpoint.
-- Grain: one row per month_start_date, touchpoint_code, value_tier_code.
{%- set figures = [
    'customers_count', 'contacts_count', 'reached_count', 'reach_share', 'responses_count',
    'response_share', 'cost_yuan', 'cost_per_response_yuan', 'margin_yuan', 'complaints_count',
    'complaints_per_1000_contacts',
] %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

contacts as (
    select * from {{ ref('int_touchpoint_contact') }}
),

counted as (
    select
        month_start_date,
        touchpoint_code,
        value_tier_code,
        count(distinct customer_key) as customers_count,
        count(*) as contacts_count,
        count(*) filter (where is_reached) as reached_count,
        count(*) filter (where is_response) as responses_count,
        cast(sum(cost_yuan) as decimal(14, 2)) as cost_yuan,
        cast(sum(margin_yuan) as decimal(14, 2)) as margin_yuan,
        cast(sum(complaints_count) as bigint) as complaints_count
    from contacts
    group by month_start_date, touchpoint_code, value_tier_code
),

measured as (
    select
        *,
        cast(reached_count as double) / contacts_count as reach_share,
        cast(responses_count as double) / nullif(reached_count, 0) as response_share,
        cast(round(cast(cost_yuan as double) / nullif(responses_count, 0), 2) as decimal(14, 2))
            as cost_per_response_yuan,
        1000e0 * complaints_count / contacts_count as complaints_per_1000_contacts
    from counted
),

judged as (
    {{ small_groups_marked(
        'measured', 'customers_count', 'month_start_date, touchpoint_code', 'value_tier_code'
    ) }}
),

final as (
    select
        judged.month_start_date,
        judged.touchpoint_code,
        judged.value_tier_code,
        judged.is_suppressed,
        {{ unless_suppressed('judged', figures) }},
        run_context.as_of_date
    from judged
    cross join run_context
)

select * from final
