-- What a response brought: the campaign's margin of a sale, less a year's margin of what the member
-- held on the eve of the draw and the offered family replaces, as scoring counts it (cmp_replaced).
-- Grain: one row per campaign_id, customer_key; only members who responded.
with

campaigns as (
    select
        campaigns.campaign_id,
        campaigns.sale_margin_yuan,
        products.family_code
    from {{ ref('dim_campaign') }} as campaigns
    left join {{ ref('dim_product') }} as products
        on campaigns.offer_product_id = products.product_id
),

sales as (
    select
        responses.campaign_id,
        responses.customer_key,
        responses.arm_code,
        responses.assigned_date,
        campaigns.sale_margin_yuan,
        campaigns.family_code
    from {{ ref('cmp_response') }} as responses
    inner join campaigns on responses.campaign_id = campaigns.campaign_id
    where responses.is_response
),

replaced as (
    {{ margins_given_back('sales', 'campaign_id, customer_key', 'assigned_date') }}
),

final as (
    select
        sales.campaign_id,
        sales.customer_key,
        sales.arm_code,
        cast(
            case
                when replaced.customer_key is null then sales.sale_margin_yuan
                else sales.sale_margin_yuan - replaced.replaced_margin_yuan
            end as decimal(14, 2)
        ) as margin_yuan
    from sales
    left join replaced
        on
            sales.campaign_id = replaced.campaign_id
            and sales.customer_key = replaced.customer_key
)

select * from final
