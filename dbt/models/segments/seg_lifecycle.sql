-- Stage of the customer's life with us, walked from snapshot to snapshot: the stage before and the
-- signal of the day give the stage, as the seed lifecycle_transitions says. So nobody who has left
-- is mature again the next month without having been won back. The eve leads nowhere.
-- Grain: one row per customer_key, as_of_date.
with recursive

days as (
    select * from {{ source('audit', 'segment_days') }}
),

-- a visit is a step from the month ends before it: the eve and the run's day are the same one
visits as (
    select
        signals.*,
        days.is_eve,
        1 + count(case when not days.is_eve then 1 end) over (
            partition by signals.customer_key
            order by signals.as_of_date asc nulls last
            rows between unbounded preceding and 1 preceding
        ) as visit_number
    from {{ ref('seg_lifecycle_signal') }} as signals
    inner join days on signals.as_of_date = days.as_of_date
),

transitions as (
    select * from {{ ref('lifecycle_transitions') }}
),

walked as (
    select
        customer_key,
        as_of_date,
        visit_number,
        stage_code,
        rule_code
    from visits
    where visit_number = 1
    union all
    select
        visits.customer_key,
        visits.as_of_date,
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
        visits.rule_code as signal_code,
        visits.is_eve
    from visits
    inner join walked
        on
            visits.customer_key = walked.customer_key
            and visits.as_of_date = walked.as_of_date
)

select * from final
