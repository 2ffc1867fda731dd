-- ABC classes by turnover of a year: A brings the first 70 percent, B the next 20, C the rest.
-- Nobody with refunds beyond bills can push others up. Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

turnovers as (
    select
        indicator.customer_key,
        indicator.as_of_date,
        {{ party_group('customer.party_type_code') }} as party_group,
        cast(indicator.billed_yuan_365d as decimal(18, 2)) as billed_yuan,
        greatest(
            cast(coalesce(indicator.billed_yuan_365d, 0) as decimal(18, 2)), 0
        ) as turnover_yuan
    from {{ ref('ind_value') }} as indicator
    inner join run_context on indicator.as_of_date = run_context.as_of_date
    inner join {{ ref('dim_customer') }} as customer
        on indicator.customer_key = customer.customer_key
),

ranked as (
    select
        *,
        {{ share_before('turnover_yuan', 'party_group') }} as turnover_share_before
    from turnovers
),

bands as (
    select * from {{ ref('share_bands') }}
    where scheme_code = 'abc'
),

final as (
    select
        ranked.customer_key,
        ranked.as_of_date,
        case
            when ranked.billed_yuan is null then 'none'
            when ranked.turnover_yuan > 0 then bands.segment_code
            else 'c'
        end as segment_code,
        case
            when ranked.billed_yuan is null then 'no_account'
            when ranked.billed_yuan <= 0 then 'no_turnover'
            else 'share_of_turnover'
        end as rule_code,
        ranked.party_group,
        ranked.billed_yuan,
        ranked.turnover_share_before
    from ranked
    left join bands
        on
            ranked.turnover_share_before >= bands.from_share
            and ranked.turnover_share_before < bands.to_share
)

select * from final
