-- Where each product stands in its life: introduction, growth, maturity or decline, by the seed
-- product_stages over days on sale and growth of half a year; whatever was withdrawn is in
-- decline. Grain: one row per product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

growth as (
    select * from {{ ref('int_product_growth') }}
),

stages as (
    select * from {{ ref('product_stages') }}
),

grown as (
    select
        growth.*,
        products.family_code,
        products.launched_date,
        products.retired_date,
        {{ days_between('products.launched_date', 'run_context.as_of_date') }} as days_on_sale,
        run_context.as_of_date
    from growth
    inner join products on growth.product_id = products.product_id
    cross join run_context
),

staged as (
    select
        grown.*,
        case
            when grown.retired_date <= grown.as_of_date then 'decline' else stages.stage_code
        end as stage_code
    from grown
    left join stages
        on
            (stages.on_sale_below_days is null or grown.days_on_sale < stages.on_sale_below_days)
            and (
                stages.from_growth_share is null or grown.growth_share >= stages.from_growth_share
            )
            and (
                stages.below_growth_share is null or grown.growth_share < stages.below_growth_share
            )
    qualify row_number() over (
        partition by grown.product_id order by stages.rule_order asc nulls last
    ) = 1
),

-- few holders are persons: what is said of them is not shown, where the product stands is
final as (
    select
        product_id,
        family_code,
        stage_code,
        launched_date,
        retired_date,
        days_on_sale,
        growth_share as net_growth_share_180d,
        customers_count < {{ smallest_group() }} as is_suppressed,
        {% for figure in [
            'customers_count', 'subscriptions_count', 'subscriptions_before_count',
            'coverage_share',
        ] %}
            case when customers_count >= {{ smallest_group() }} then {{ figure }} end
                as {{ figure }},
        {% endfor %}
        as_of_date
    from staged
)

select * from final
