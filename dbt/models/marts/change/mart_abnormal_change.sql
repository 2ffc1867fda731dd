-- Customers whose money, usage or contacts moved today as their own past makes next to impossible.
-- Grain: one row per customer_key, indicator_name.
with

changes as (
    select * from {{ ref('fct_abnormal_change') }}
    where is_abnormal
),

watched as (
    select * from {{ ref('key_indicators') }}
),

final as (
    select
        changes.customer_key,
        changes.indicator_name,
        changes.as_of_date,
        watched.label_en,
        watched.label_zh,
        watched.unit_code,
        changes.is_alert,
        changes.direction_code,
        changes.actual_value,
        changes.expected_value,
        cast(changes.magnitude_yuan as decimal(18, 2)) as magnitude_yuan,
        changes.robust_z,
        changes.p_value,
        changes.q_value,
        changes.baseline_code,
        changes.history_count,
        changes.first_seen_date,
        watched.component_kind as component_kind_code,
        changes.component_code,
        changes.component_share,
        watched.why_watched
    from changes
    inner join watched on changes.indicator_name = watched.indicator_name
)

select * from final
