-- How likely each customer who may be contacted is to respond to each offer today.
-- Grain: one row per customer_key, offer_code.
with

scores as (
    select * from {{ source('scores', 'scores') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- a model that was stopped has no scores of today: its last ones stand, marked
stopped as (
    select monitoring.*
    from {{ source('scores', 'scores_monitoring') }} as monitoring
    inner join run_context on monitoring.as_of_date = run_context.as_of_date
    where monitoring.state_code = 'stale'
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

taken as (
    select * from {{ ref('cmp_taken') }}
),

replaced as (
    select * from {{ ref('cmp_replaced') }}
),

worth as (
    select
        customers.customer_key,
        offers.offer_code,
        offers.sale_margin_yuan,
        offers.contact_cost_yuan
    from {{ ref('dim_customer') }} as customers
    inner join {{ ref('cmp_offer_value') }} as offers
        on customers.party_type_code = offers.party_type_code
),

-- scores of other days stay in the lake; a list is only ever made from neither stale nor taken; who
-- moves up brings the difference, be it negative
final as (
    select
        scores.customer_key,
        scores.offer_code,
        scores.p_response,
        cast(scores.decile as integer) as decile,
        cast(scores.score_rank as bigint) as score_rank,
        scores.model_version,
        scores.method_code,
        scores.reasons_en,
        scores.reasons_zh,
        scores.as_of_date,
        stopped.offer_code is not null as is_stale,
        taken.offer_code is not null as is_taken,
        scores.p_response * (
            worth.sale_margin_yuan
            - case
                when scores.objective_code = 'up_sell' and replaced.offer_code is not null
                    then replaced.replaced_margin_yuan
                else 0
            end
        ) - worth.contact_cost_yuan as expected_margin_yuan
    from scores
    cross join run_context
    left join stopped
        on
            scores.offer_code = stopped.offer_code
            and scores.model_version = stopped.model_version
            and scores.as_of_date = stopped.scored_as_of_date
    left join taken
        on scores.customer_key = taken.customer_key and scores.offer_code = taken.offer_code
    left join worth
        on scores.customer_key = worth.customer_key and scores.offer_code = worth.offer_code
    left join replaced
        on scores.customer_key = replaced.customer_key and scores.offer_code = replaced.offer_code
    left join suppressed on scores.customer_key = suppressed.customer_key
    where
        suppressed.customer_key is null
        and (scores.as_of_date = run_context.as_of_date or stopped.offer_code is not null)
)

select * from final
