-- ABC classes of products by what was billed for them in a year, the run's day included. Refunds
-- count against the product, and a bill for the product its subscription then was; what no
-- subscription explains belongs to no product. Grain: one row per product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

billed as (
    select
        built.product_id,
        cast(built.product_billed_yuan_365d as decimal(18, 2)) as billed_yuan
    from {{ ref('ind_product') }} as built
    inner join run_context on built.as_of_date = run_context.as_of_date
),

turnovers as (
    select
        products.product_id,
        products.family_code,
        'product' as ranking_code,
        coalesce(billed.billed_yuan, 0) as billed_yuan
    from products
    left join billed on products.product_id = billed.product_id
),

classed as (
    {{ share_banded('turnovers', 'billed_yuan', 'ranking_code', ref('share_bands'), 'abc') }}
),

final as (
    select
        product_id,
        family_code,
        band_code as segment_code,
        case when billed_yuan <= 0 then 'no_turnover' else 'share_of_turnover' end as rule_code,
        cast(billed_yuan as decimal(18, 2)) as billed_yuan,
        share_before as turnover_share_before
    from classed
)

select * from final
