-- ABC classes of key accounts (大客户): businesses and government bodies, each group by itself,
-- ranked by what all their billing accounts together brought in a year. Ten middling accounts weigh
-- what one account of their sum weighs, and what one gets back counts against the others.
-- Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

organisations as (
    select
        customer_key,
        {{ party_group('is_business', 'is_government') }} as party_group
    from {{ ref('ind_profile') }} as profiles
    inner join run_context on profiles.as_of_date = run_context.as_of_date
    where is_business = 1 or is_government = 1
),

billed as (
    select
        bill_lines.account_id,
        sum(bill_lines.amount_yuan) as billed_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    cross join run_context
    where
        bill_lines.item_code <> 'lifetime'
        and bill_lines.billed_date <= run_context.as_of_date
        and bill_lines.billed_date > {{ add_days('run_context.as_of_date', -365) }}
    group by bill_lines.account_id
),

turnovers as (
    select
        organisations.customer_key,
        organisations.party_group,
        count(billed.account_id) as billed_accounts_count,
        coalesce(sum(billed.billed_yuan), 0) as billed_yuan,
        cast(max(greatest(billed.billed_yuan, 0)) as double)
        / nullif(cast(sum(greatest(billed.billed_yuan, 0)) as double), 0) as largest_account_share
    from {{ ref('dim_account') }} as payers
    inner join organisations on payers.customer_key = organisations.customer_key
    left join billed on payers.account_id = billed.account_id
    group by organisations.customer_key, organisations.party_group
),

classed as (
    {{ share_banded('turnovers', 'billed_yuan', 'party_group', ref('share_bands'), 'abc') }}
),

final as (
    select
        customer_key,
        band_code as segment_code,
        case when billed_yuan <= 0 then 'no_turnover' else 'share_of_turnover' end as rule_code,
        party_group,
        cast(billed_yuan as decimal(18, 2)) as billed_yuan,
        billed_accounts_count,
        largest_account_share,
        share_before as turnover_share_before
    from classed
)

select * from final
