-- What consumers of each age band spend in a year, and how much of it on the dearest product of a
-- family (luxury), as the subscription was when billed: who is to be taught, sold to, offered
-- luxury. Small bands are hidden with the next smallest. Grain: one row per age_band_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

bands as (
    select * from {{ ref('age_bands') }}
),

members as (
    select
        customer_key,
        segment_code as age_band_code
    from {{ ref('seg_membership') }}
    where
        scheme_code = 'age_band'
        and is_current
        and segment_code in (select bands.segment_code from bands)
),

-- a family of one product has no dearest
products as (
    select
        product_id,
        monthly_fee_yuan = max(monthly_fee_yuan) over (partition by family_code)
        and monthly_fee_yuan > min(monthly_fee_yuan) over (partition by family_code) as is_luxury
    from {{ ref('dim_product') }}
),

bills as (
    select
        payers.customer_key,
        sum(bill_lines.amount_yuan) as billed_yuan,
        sum(case when products.is_luxury then bill_lines.amount_yuan else 0 end) as luxury_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join {{ ref('dim_account') }} as payers on bill_lines.account_id = payers.account_id
    left join {{ ref('dim_subscription_history') }} as held
        on
            bill_lines.subscription_id = held.subscription_id
            and bill_lines.billed_date >= held.valid_from
            and bill_lines.billed_date < held.valid_to
    left join products on held.product_id = products.product_id
    cross join run_context
    where
        bill_lines.item_code <> 'lifetime'
        and {{ days_between('bill_lines.billed_date', 'run_context.as_of_date') }} between 0 and 364
    group by payers.customer_key
),

summed as (
    select
        members.age_band_code,
        count(*) as payers_count,
        sum(bills.billed_yuan) as billed_yuan,
        sum(bills.luxury_yuan) as luxury_yuan
    from bills
    inner join members on bills.customer_key = members.customer_key
    group by members.age_band_code
),

judged as (
    select
        marked.*,
        cast(marked.billed_yuan as double) / marked.payers_count as yuan_per_customer,
        cast(marked.luxury_yuan as double) / nullif(cast(marked.billed_yuan as double), 0)
            as luxury_share
    from ({{ small_groups_marked('summed', 'payers_count', '1', 'age_band_code') }}) as marked
),

final as (
    select
        judged.age_band_code,
        bands.objective_code,
        judged.is_suppressed,
        case when not judged.is_suppressed then judged.payers_count end as customers_count,
        case when not judged.is_suppressed then cast(judged.billed_yuan as decimal(18, 2)) end
            as billed_yuan_365d,
        case when not judged.is_suppressed then judged.yuan_per_customer end
            as billed_yuan_per_customer_365d,
        case when not judged.is_suppressed then judged.luxury_share end as luxury_share_365d,
        case
            when not judged.is_suppressed
                then rank() over (
                    order by judged.is_suppressed asc, judged.yuan_per_customer desc nulls last
                )
        end as spend_rank,
        case
            when not judged.is_suppressed
                then rank() over (
                    order by judged.is_suppressed asc, judged.luxury_share desc nulls last
                )
        end as luxury_rank,
        run_context.as_of_date
    from judged
    cross join run_context
    inner join bands on judged.age_band_code = bands.segment_code
)

select * from final
