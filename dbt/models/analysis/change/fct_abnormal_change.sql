-- Every judged value of the run's day: what was usual, how far away it is, how surely that is no
-- chance, since when, which part moved most, and whether it is among the alerts the budget allows.
-- Grain: one row per customer_key, indicator_name.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

policy as (
    select * from {{ ref('alert_policy') }}
    where scope_code = 'customer'
),

population as (
    select count(*) as customers_count
    from {{ ref('dim_customer') }}
),

calendar as (
    select * from {{ ref('int_change_calendar') }}
),

watched as (
    select
        indicators.*,
        population.customers_count as at_risk_count
    from {{ ref('key_indicators') }} as indicators
    cross join population
),

series as (
    select * from {{ ref('int_change_series') }}
),

{{ recurring_days() }},

{{ surprises() }},

{{ spreads() }},

{{ rated() }},

{{ judged() }},

noted as (
    select
        judged.*,
        watched.direction_code as watched_direction_code,
        case when judged.robust_z < 0 then 'down' else 'up' end as direction_code,
        abs(judged.actual_value - judged.expected_value) * watched.yuan_per_unit as magnitude_yuan,
        judged.q_value <= policy.false_discovery_share
        and watched.direction_code in (
            'both', case when judged.robust_z < 0 then 'down' else 'up' end
        ) as is_abnormal
    from judged
    inner join watched on judged.indicator_name = watched.indicator_name
    cross join policy
),

{{ episodes() }},

{{ explanations(ref('int_change_flow'), 'customer_key') }},

final as (
    select
        noted.entity_id as customer_key,
        noted.indicator_name,
        noted.event_date as as_of_date,
        noted.actual_value,
        noted.expected_value,
        noted.baseline_code,
        noted.before_count as history_count,
        noted.robust_z,
        noted.reference_df,
        noted.p_value,
        noted.q_value,
        noted.direction_code,
        noted.magnitude_yuan,
        noted.is_abnormal,
        noted.is_abnormal and row_number() over (
            partition by noted.is_abnormal
            order by
                noted.magnitude_yuan desc nulls last, noted.p_value asc nulls last,
                noted.entity_id asc nulls last, noted.indicator_name asc nulls last
        ) <= ceil(policy.alerts_per_thousand * population.customers_count / 1000) as is_alert,
        episodes.first_seen_date,
        explanations.component_code,
        explanations.component_share
    from noted
    cross join policy
    cross join population
    left join episodes
        on
            noted.entity_id = episodes.entity_id
            and noted.indicator_name = episodes.indicator_name
    left join explanations
        on
            noted.entity_id = explanations.entity_id
            and noted.indicator_name = explanations.indicator_name
)

select * from final
