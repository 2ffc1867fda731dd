-- How much a customer wants to buy, whatever he or she can pay: the mean rank of the propensities
-- to accept an offer among those scored for it, 0 lowest to 100 highest; where no model ranks the
-- customer, the mean rank of what was declared by looking, choosing and agreeing. Nothing of what
-- can be paid goes in (seg_purchase_power). Grain: one row per customer_key.
{%- set declared = {
    'looked': 'web.product_views_count_90d',
    'chose': 'web.cart_views_count_90d',
    'ordered': 'web.orders_count_365d',
    'agreed': 'composite.acceptance_share_365d',
} %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- leaving is no purchase, and a base rate ranks nobody
offers as (
    select
        scores.customer_key,
        scores.offer_code,
        scores.p_response
    from {{ source('scores', 'scores') }} as scores
    inner join run_context on scores.as_of_date = run_context.as_of_date
    where scores.objective_code <> 'retention' and scores.score_rank is not null
),

{{ measured_parties(declared, ['web', 'composite']) }},

ranked as (
    select
        customer_key,
        'scores' as method_code,
        {{ middle_rank('p_response', 'offer_code') }} as rank_share
    from offers
    {% for sign in declared -%}
        union all
        select
            customer_key,
            'behaviour' as method_code,
            {{ middle_rank(sign, 'party_group') }} as rank_share
        from measured
        where {{ sign }} is not null
    {% endfor %}
),

indexed as (
    select
        customer_key,
        method_code,
        {{ mean_rank_index('rank_share') }} as inclination_index,
        count(*) as known_signs_count
    from ranked
    group by customer_key, method_code
),

final as (
    select *
    from indexed
    qualify row_number() over (partition by customer_key order by method_code desc nulls last) = 1
)

select * from final
