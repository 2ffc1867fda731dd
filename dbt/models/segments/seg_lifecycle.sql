-- Stage of the customer's life with us, walked from snapshot to snapshot: the stage before and the
-- signal of the day give the stage, as the seed lifecycle_transitions says. So nobody who has left
-- is mature again the next month without having been won back.
-- Grain: one row per customer_key, as_of_date.
with recursive

visits as (
    select
        *,
        row_number() over (
            partition by customer_key order by as_of_date asc nulls last
        ) as visit_number
    from {{ ref('seg_lifecycle_signal') }}
),

transitions as (
    select * from {{ ref('lifecycle_transitions') }}
),

walked as (
    select
        customer_key,
        visit_number,
        stage_code,
        rule_code
    from visits
    where visit_number = 1
    union all
    select
        visits.customer_key,
        visits.visit_number,
        transitions.to_stage_code as stage_code,
        coalesce(transitions.rule_code, visits.rule_code) as rule_code
    from walked
    inner join visits
        on
            walked.customer_key = visits.customer_key
            and walked.visit_number + 1 = visits.visit_number
    inner join transitions
        on
            walked.stage_code = transitions.from_stage_code
            and visits.stage_code = transitions.signal_stage_code
),

final as (
    select
        visits.customer_key,
        visits.as_of_date,
        walked.stage_code as segment_code,
        walked.rule_code,
        visits.stage_code as signal_stage_code,
        visits.rule_code as signal_code
    from visits
    inner join walked
        on
            visits.customer_key = walked.customer_key
            and visits.visit_number = walked.visit_number
)

select * from final
