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

{{ measured_parties(pillars, ['balance', 'payment', 'service']) }},

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
