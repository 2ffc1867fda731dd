-- How far today's key figures of the company lie from what their past makes usual.
-- Grain: one row per kpi_name.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

policy as (
    select * from {{ ref('alert_policy') }}
    where scope_code = 'company'
),

calendar as (
    select * from {{ ref('int_change_calendar') }}
),

watched as (
    select
        *,
        kpi_name as indicator_name,
        1 as window_days,
        true as is_quiet_zero,
        0 as at_risk_count
    from {{ ref('kpis') }}
),

series as (
    select
        'company' as entity_id,
        cast(null as {{ dbt.type_string() }}) as cohort_code,
        kpi_name as indicator_name,
        kpi_date as event_date,
        cast(part_value as double) as actual_value,
        cast(base_value as double) as base_value
    from {{ ref('fct_kpi_day') }}
    where kind_code <> 'share' or base_value > 0
),

{{ recurring_days() }},

{{ surprises() }},

{{ spreads() }},

{{ rated() }},

{{ judged() }},

final as (
    select
        judged.indicator_name as kpi_name,
        judged.event_date as kpi_date,
        judged.expected_value / coalesce(judged.base_value, 1) as expected_value,
        judged.baseline_code,
        judged.robust_z,
        judged.p_value,
        judged.q_value,
        judged.q_value <= policy.false_discovery_share as is_alert
    from judged
    cross join policy
)

select * from final
