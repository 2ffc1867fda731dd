-- Who is in another segment today than at the month end before, and why: the day's work list of all
-- who entered, left or moved. The whole history stands in seg_membership.
-- Grain: one row per customer_key, scheme_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

memberships as (
    select * from {{ ref('seg_membership') }}
),

final as (
    select
        memberships.customer_key,
        memberships.scheme_code,
        memberships.from_segment_code,
        memberships.segment_code as to_segment_code,
        memberships.rule_code,
        memberships.rule_version,
        run_context.as_of_date
    from memberships
    inner join run_context on memberships.valid_from = run_context.as_of_date
)

select * from final
