-- Customers worth keeping who are likelier to leave than others, the most money at risk first:
-- core and high tiers with a profit, whose probability of leaving is at least twice the mean.
-- Nobody who may not be in a list is in it; whether he or she may be called, and the sign of
-- leaving that has foretold most, stand beside. Grain: one row per customer_key.
{#- twice the mean: in the sample about the first tenth of the score, as many as can be called -#}
{%- set lift_from = 2 %}
{%- set signs = [
    'bills_fall', 'usage_falls', 'gave_up_services', 'silent_month', 'bill_overdue',
    'complained', 'looked_at_cancelling', 'contract_runs_out', 'in_decline',
] %}
with

customers as (
    select * from {{ ref('mart_customer_360') }}
    where is_active and p_churn is not null
),

suppressed as (
    select distinct customer_key
    from {{ ref('cmp_suppression') }}
),

warnings as (
    select * from {{ ref('mart_lifecycle_warning') }}
),

signs_today as (
    {% for sign in signs -%}
        select
            signs.customer_key,
            '{{ sign }}' as sign_code
        from {{ ref('seg_lifecycle_sign') }} as signs
        where signs.age_days = 0 and signs.{{ sign }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- of several signs the one that has foretold departures best; one not judged yet comes last
explained as (
    select
        signs_today.customer_key,
        signs_today.sign_code as strongest_sign_code,
        count(*) over (partition by signs_today.customer_key) as signs_count
    from signs_today
    left join warnings on signs_today.sign_code = warnings.signal_code
    qualify row_number() over (
        partition by signs_today.customer_key
        order by warnings.lift_90d desc nulls last, signs_today.sign_code asc nulls last
    ) = 1
),

compared as (
    select
        *,
        p_churn / avg(cast(p_churn as decimal(18, 9))) over () as churn_lift,
        cast(round(p_churn * cast(margin_yuan_365d as double), 2) as decimal(14, 2))
            as at_risk_yuan
    from customers
),

final as (
    select
        compared.customer_key,
        compared.party_type_code,
        compared.value_tier_code,
        compared.lifecycle_stage_code,
        compared.p_churn,
        compared.churn_lift,
        compared.margin_yuan_365d,
        compared.at_risk_yuan,
        row_number() over (
            order by compared.at_risk_yuan desc nulls last, compared.customer_key asc nulls last
        ) as watch_rank,
        explained.strongest_sign_code,
        coalesce(explained.signs_count, 0) as signs_count,
        compared.days_to_contract_end,
        compared.last_contact_date,
        compared.open_complaints_count,
        coalesce(compared.is_phone_marketing_allowed, false)
        and coalesce(compared.open_complaints_count, 0) = 0 as is_call_allowed,
        compared.as_of_date
    from compared
    left join explained on compared.customer_key = explained.customer_key
    left join suppressed on compared.customer_key = suppressed.customer_key
    where
        suppressed.customer_key is null
        and compared.churn_lift >= {{ lift_from }}
        and compared.value_tier_code in ('core', 'high')
        and compared.margin_yuan_365d > 0
)

select * from final
