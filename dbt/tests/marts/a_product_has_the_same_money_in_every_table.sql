-- What was billed for a product in a year stands in its indicators, in those of its family and in
-- its ABC class: each is that of the bill lines, by what the subscription then was.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

bills as (
    select
        held.product_id,
        products.family_code,
        sum(bill_lines.amount_yuan) as facts_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join run_context
        on
            bill_lines.billed_date <= run_context.as_of_date
            and bill_lines.billed_date > {{ add_days('run_context.as_of_date', -365) }}
    inner join {{ ref('dim_subscription_history') }} as held
        on
            bill_lines.subscription_id = held.subscription_id
            and bill_lines.billed_date >= held.valid_from
            and bill_lines.billed_date < held.valid_to
    inner join {{ ref('dim_product') }} as products on held.product_id = products.product_id
    where bill_lines.item_code <> 'lifetime'
    group by held.product_id, products.family_code
),

families as (
    select
        family_code,
        sum(facts_yuan) as facts_yuan
    from bills
    group by family_code
),

indicators as (
    select
        told.family_code,
        told.product_id,
        cast(told.indicator_value as decimal(18, 2)) as shown_yuan
    from {{ ref('mart_product_indicator') }} as told
    inner join run_context on told.as_of_date = run_context.as_of_date
    where told.indicator_name = 'product_billed_yuan_365d' and not told.is_suppressed
),

compared as (
    select
        'indicator' as place,
        indicators.product_id,
        indicators.shown_yuan,
        coalesce(bills.facts_yuan, families.facts_yuan) as facts_yuan
    from indicators
    left join bills on indicators.product_id = bills.product_id
    left join families
        on indicators.product_id = 'all' and indicators.family_code = families.family_code
    union all
    select
        'class' as place,
        classes.product_id,
        classes.billed_yuan as shown_yuan,
        bills.facts_yuan
    from {{ ref('seg_abc_product') }} as classes
    left join bills on classes.product_id = bills.product_id
    union all
    select
        'classes' as place,
        'all' as product_id,
        (
            select sum(classes.billed_yuan_365d)
            from {{ ref('mart_abc_class') }} as classes
            where classes.subject_code = 'product'
        ) as shown_yuan,
        (select sum(bills.facts_yuan) from bills) as facts_yuan
)

select *
from compared
where coalesce(shown_yuan, 0) <> coalesce(facts_yuan, 0)
