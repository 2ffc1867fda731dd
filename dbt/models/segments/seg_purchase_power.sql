-- What a customer could pay, whatever he or she wants: the mean of the ranks of the pillars that
-- are known, each among consumers, businesses or government bodies, 0 lowest to 100 highest. A
-- pillar that grows never lowers the index. Nothing of what is wanted goes in
-- (seg_purchase_inclination). Grain: one row per customer_key.
{#- pillar: what is ranked, higher is abler; unknown pillars are left out, never taken for zero -#}
{%- set pillars = {
    'assets': 'balance.balance_mean_yuan_90d',
    'income': 'balance.inflow_yuan_90d',
    'headroom': '1 - 3 * service.monthly_fee_yuan / nullif(balance.inflow_yuan_90d, 0)',
    'spending': 'payment.paid_yuan_365d',
    'discipline': 'payment.on_time_payment_share_365d',
    'freedom_from_debt': '-payment.overdue_yuan',
} %}
{%- set least_pillars = 2 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

parties as (
    select
        profile.customer_key,
        profile.as_of_date,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group
    from {{ ref('ind_profile') }} as profile
    inner join run_context on profile.as_of_date = run_context.as_of_date
),

measured as (
    select
        {% for pillar, formula in pillars.items() %}
            {{ formula }} as {{ pillar }},
        {% endfor %}
        parties.customer_key,
        parties.party_group
    from parties
    {% for table in ['balance', 'payment', 'service'] %}
        inner join {{ ref('ind_' ~ table) }} as {{ table }}
            on
                parties.customer_key = {{ table }}.customer_key
                and parties.as_of_date = {{ table }}.as_of_date
    {% endfor %}
),

ranked as (
    {% for pillar in pillars -%}
        select
            customer_key,
            party_group,
            {{ middle_rank(pillar, 'party_group') }} as rank_share
        from measured
        where {{ pillar }} is not null
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

final as (
    select
        customer_key,
        party_group,
        case
            when count(*) >= {{ least_pillars }}
                then {{ mean_rank_index('rank_share') }}
        end as power_index,
        count(*) as known_pillars_count
    from ranked
    group by customer_key, party_group
)

select * from final
