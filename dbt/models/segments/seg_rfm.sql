-- Recency, frequency and amount of payments in a year, each from 1 to 5 within consumers and
-- organisations apart, and the tier they add up to. Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- who has never paid is the least recent of all
payers as (
    select
        indicator.customer_key,
        indicator.as_of_date,
        {{ party_group('customer.party_type_code') }} as party_group,
        -coalesce(indicator.days_since_payment, 100000) as recency,
        indicator.payments_count_365d as frequency,
        cast(indicator.paid_yuan_365d as decimal(18, 2)) as paid_yuan
    from {{ ref('ind_payment') }} as indicator
    inner join run_context on indicator.as_of_date = run_context.as_of_date
    inner join {{ ref('dim_customer') }} as customer
        on indicator.customer_key = customer.customer_key
),

scored as (
    select
        customer_key,
        {{ fifth('recency', 'party_group') }} as r_score,
        {{ fifth('frequency', 'party_group') }} as f_score,
        {{ fifth('paid_yuan', 'party_group') }} as m_score
    from payers
    where frequency is not null
),

final as (
    select
        payers.customer_key,
        payers.as_of_date,
        case
            when scored.customer_key is null then 'none'
            when scored.r_score >= 4 and scored.f_score >= 4 and scored.m_score >= 4 then 'champion'
            when scored.r_score >= 3 and scored.f_score >= 4 then 'loyal'
            when scored.r_score >= 3 and scored.m_score >= 4 then 'big_spender'
            when scored.r_score <= 2 and (scored.f_score >= 4 or scored.m_score >= 4) then 'at_risk'
            when scored.r_score <= 2 and scored.f_score <= 2 and scored.m_score <= 2 then 'dormant'
            when scored.r_score >= 4 and scored.f_score <= 2 then 'recent'
            else 'regular'
        end as segment_code,
        case when scored.customer_key is null then 'no_account' else 'fifths_of_party_group' end
            as rule_code,
        payers.party_group,
        scored.r_score,
        scored.f_score,
        scored.m_score
    from payers
    left join scored on payers.customer_key = scored.customer_key
)

select * from final
