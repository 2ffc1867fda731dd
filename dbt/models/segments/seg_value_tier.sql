-- Tiers by profit: those who bring the first half of it are core, up to four fifths high, the rest
-- general. Consumers and organisations are ranked apart. Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- margin of 365 days
indicators as (
    {{ indicator_value(301010212) }}
),

margins as (
    select
        indicator.customer_key,
        indicator.as_of_date,
        {{ party_group('customer.party_type_code') }} as party_group,
        cast(indicator.indicator_value as decimal(18, 2)) as margin_yuan,
        greatest(cast(coalesce(indicator.indicator_value, 0) as decimal(18, 2)), 0) as profit_yuan
    from indicators as indicator
    inner join run_context on indicator.as_of_date = run_context.as_of_date
    inner join {{ ref('dim_customer') }} as customer
        on indicator.customer_key = customer.customer_key
),

ranked as (
    select
        *,
        {{ share_before('profit_yuan', 'party_group') }} as profit_share_before
    from margins
),

bands as (
    select * from {{ ref('share_bands') }}
    where scheme_code = 'value_tier'
),

final as (
    select
        ranked.customer_key,
        ranked.as_of_date,
        case when ranked.profit_yuan > 0 then bands.segment_code else 'general' end as segment_code,
        case
            when ranked.margin_yuan is null then 'no_account'
            when ranked.margin_yuan <= 0 then 'no_profit'
            else 'share_of_profit'
        end as rule_code,
        ranked.party_group,
        ranked.margin_yuan,
        ranked.profit_share_before
    from ranked
    left join bands
        on
            ranked.profit_share_before >= bands.from_share
            and ranked.profit_share_before < bands.to_share
)

select * from final
