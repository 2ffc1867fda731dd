-- The offer a customer is most likely to accept today, and how likely he or she is to leave.
-- Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- leaving is a warning and no offer, however likely it is
scores as (
    select
        scores.*,
        scores.objective_code = 'retention' as is_warning
    from {{ source('scores', 'scores') }} as scores
    inner join run_context on scores.as_of_date = run_context.as_of_date
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

taken as (
    select * from {{ ref('cmp_taken') }}
),

-- whoever may not be contacted is offered nothing, and nobody what he or she has; the warning stays
offered as (
    select scores.*
    from scores
    left join suppressed on scores.customer_key = suppressed.customer_key
    left join taken
        on scores.customer_key = taken.customer_key and scores.offer_code = taken.offer_code
    where
        scores.is_warning
        or (suppressed.customer_key is null and taken.customer_key is null)
),

ranked as (
    select
        *,
        row_number() over (
            partition by customer_key
            order by
                is_warning asc nulls last, p_response desc nulls last, offer_code asc nulls last
        ) = 1 and not is_warning as is_best
    from offered
),

final as (
    select
        customer_key,
        max(offer_code) filter (where is_best) as best_offer_code,
        max(p_response) filter (where is_best) as best_offer_p_response,
        max(p_response) filter (where is_warning) as p_churn
    from ranked
    group by customer_key
)

select * from final
