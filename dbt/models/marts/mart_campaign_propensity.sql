-- How likely each customer who may be contacted is to respond to each offer today.
-- Grain: one row per customer_key, offer_code.
with

scores as (
    select * from {{ source('scores', 'scores') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

-- scores of other days stay in the lake; a list is only ever made from today's
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
        scores.as_of_date
    from scores
    inner join run_context on scores.as_of_date = run_context.as_of_date
    left join suppressed on scores.customer_key = suppressed.customer_key
    where suppressed.customer_key is null
)

select * from final
