-- Recency, frequency and amount of payments in a year, each from 1 to 5 in two ways: as fifths
-- among consumers, businesses and government bodies, each by themselves, and by fixed borders, to
-- see whether all move together. Grain: one row per customer_key, as_of_date.
{%- set group = 'as_of_date, party_group' %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

-- who has never paid is the least recent of all
payers as (
    select
        payment.customer_key,
        payment.as_of_date,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group,
        -coalesce(payment.days_since_payment, 100000) as recency,
        payment.payments_count_365d as frequency,
        cast(payment.paid_yuan_365d as decimal(18, 2)) as paid_yuan,
        payment._version
    from ({{ stale_snapshots(ref('ind_payment')) }}) as payment
    inner join {{ ref('ind_profile') }} as profile
        on payment.customer_key = profile.customer_key and payment.as_of_date = profile.as_of_date
),

scored as (
    select
        payers.customer_key,
        payers.as_of_date,
        {{ fifth('recency', group) }} as r_score,
        {{ fifth('frequency', group) }} as f_score,
        {{ fifth('paid_yuan', group) }} as m_score,
        r_cuts.score as r_level,
        f_cuts.score as f_level,
        m_cuts.score as m_level
    from payers
    {{ join_level('r_cuts', 'payers.recency', 'recency', ref('rfm_cuts')) }}
    {{ join_level('f_cuts', 'payers.frequency', 'frequency', ref('rfm_cuts')) }}
    {{ join_level('m_cuts', 'payers.paid_yuan', 'amount', ref('rfm_cuts')) }}
    where payers.frequency is not null
),

final as (
    select
        payers.customer_key,
        payers.as_of_date,
        case
            when scored.customer_key is null then 'none'
            else {{ rfm_tier('scored.r_score', 'scored.f_score', 'scored.m_score') }}
        end as segment_code,
        case when scored.customer_key is null then 'no_account' else 'fifths_of_party_group' end
            as rule_code,
        case
            when scored.customer_key is null then 'none'
            else {{ rfm_tier('scored.r_level', 'scored.f_level', 'scored.m_level') }}
        end as absolute_code,
        payers.party_group,
        scored.r_score,
        scored.f_score,
        scored.m_score,
        scored.r_level,
        scored.f_level,
        scored.m_level,
        payers._version
    from payers
    left join scored
        on payers.customer_key = scored.customer_key and payers.as_of_date = scored.as_of_date
)

select * from final
