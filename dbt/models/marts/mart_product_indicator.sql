-- Every indicator of every product and product family by month, but for products so few people hold
-- that a number would speak of them. A family's number comes from its products: sums and ratios of
-- sums; what must be counted again (customers) or means nothing (ages) a family does not have.
-- Grain: one row per as_of_date, family_code, product_id, indicator_code.
{%- set group_values = group_values('product') %}
with

indicators as (
    select * from {{ ref('dim_indicator') }}
),

-- what nobody has held for a year says nothing, and hides nobody
spine as (
    select
        base.*,
        products.family_code,
        coalesce(base.product_subscribers_count, 0) as subscribers_count
    from {{ ref('ind_product') }} as base
    inner join {{ ref('dim_product') }} as products on base.product_id = products.product_id
    where base.product_subscribers_count > 0 or base.product_billed_yuan_365d <> 0
),

product_values as (
    select
        spine.as_of_date,
        spine.family_code,
        spine.product_id,
        known.indicator_name,
        known.indicator_value
    from {{ ref('fct_indicator_value_product') }} as known
    inner join spine
        on known.product_id = spine.product_id and known.as_of_date = spine.as_of_date
),

families as (
    select
        {% for found in group_values %}
            {{ found.sql }} as {{ found.name }},
        {% endfor %}
        spine.as_of_date,
        spine.family_code,
        'all' as product_id
    from spine
    group by spine.as_of_date, spine.family_code
),

family_values as (
    select
        as_of_date,
        family_code,
        product_id,
        indicator_name,
        indicator_value
    from families
    unpivot (
        indicator_value for indicator_name in (
            {{ group_values | map(attribute='name') | join(', ') }}
        )
    )
),

-- a family is at least as many people as its most popular product
family_sizes as (
    select
        as_of_date,
        family_code,
        'all' as product_id,
        max(subscribers_count) as subscribers_count
    from spine
    group by as_of_date, family_code
),

judged as (
    select
        as_of_date,
        family_code,
        product_id,
        is_suppressed
    from (
        {{ small_groups_marked(
            'spine', 'subscribers_count', 'as_of_date, family_code', 'product_id'
        ) }}
    ) as of_products
    union all
    select
        as_of_date,
        family_code,
        product_id,
        is_suppressed
    from (
        {{ small_groups_marked('family_sizes', 'subscribers_count', 'as_of_date', 'family_code') }}
    ) as of_families
),

named as (
    select * from product_values
    union all
    select * from family_values
),

final as (
    select
        named.as_of_date,
        named.family_code,
        named.product_id,
        indicators.indicator_code,
        indicators.indicator_name,
        indicators.unit_code,
        indicators.kind_code,
        judged.is_suppressed,
        case when not judged.is_suppressed then named.indicator_value end as indicator_value
    from named
    inner join indicators on named.indicator_name = indicators.indicator_name
    inner join judged
        on
            named.as_of_date = judged.as_of_date
            and named.family_code = judged.family_code
            and named.product_id = judged.product_id
)

select * from final
