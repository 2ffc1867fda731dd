-- Which segment of every scheme a customer was in, from when to when, why it came and why it left:
-- schemes of rules and kinds of customers (clusters) in one shape.
-- Grain: one row per customer_key, scheme_code, valid_from.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

memberships as (
    select * from {{ ref('seg_membership') }}
    union all
    select * from {{ ref('seg_cluster_membership') }}
),

final as (
    select
        memberships.customer_key,
        memberships.scheme_code,
        memberships.segment_code,
        memberships.valid_from,
        memberships.valid_to,
        memberships.is_current,
        memberships.is_day_known,
        memberships.seen_date,
        memberships.unseen_date,
        memberships.from_segment_code,
        memberships.rule_code,
        memberships.to_segment_code,
        memberships.exit_rule_code,
        memberships.rule_version,
        run_context.as_of_date
    from memberships
    cross join run_context
)

select * from final
