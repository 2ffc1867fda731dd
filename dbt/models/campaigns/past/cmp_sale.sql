-- What a response brought: the campaign's margin of a sale, less a year's margin of what the member
-- held on the eve of the draw and the offered family replaces, as scoring counts it (cmp_replaced).
-- Grain: one row per campaign_id, customer_key; only members who responded.
with

responses as (
    select * from {{ ref('cmp_response') }}
    where is_response
),

campaigns as (
    select
        campaigns.campaign_id,
        campaigns.sale_margin_yuan,
        products.family_code
    from {{ ref('dim_campaign') }} as campaigns
    left join {{ ref('dim_product') }} as products
        on campaigns.offer_product_id = products.product_id
),

rules as (
    {{ analysis_rules(['margin_months']) }}
),

given_back as (
    select
        responses.campaign_id,
        responses.customer_key,
        (subscriptions.monthly_fee_yuan - subscriptions.monthly_cost_yuan)
        * cast(rules.margin_months as integer) as margin_yuan
    from responses
    inner join campaigns on responses.campaign_id = campaigns.campaign_id
    inner join {{ ref('product_substitutes') }} as substitutes
        on campaigns.family_code = substitutes.substitute_family_code
    inner join {{ ref('dim_subscription') }} as subscriptions
        on
            responses.customer_key = subscriptions.customer_key
            and substitutes.family_code = subscriptions.family_code
    cross join rules
    where {{ held_after(add_days('responses.assigned_date', -1)) }}
),

-- a margin nobody knows is no margin of zero
replaced as (
    select
        campaign_id,
        customer_key,
        case
            when count(*) filter (where margin_yuan is null) = 0 then sum(margin_yuan)
        end as replaced_margin_yuan
    from given_back
    group by campaign_id, customer_key
),

final as (
    select
        responses.campaign_id,
        responses.customer_key,
        responses.arm_code,
        cast(
            case
                when replaced.customer_key is null then campaigns.sale_margin_yuan
                else campaigns.sale_margin_yuan - replaced.replaced_margin_yuan
            end as decimal(14, 2)
        ) as margin_yuan
    from responses
    inner join campaigns on responses.campaign_id = campaigns.campaign_id
    left join replaced
        on
            responses.campaign_id = replaced.campaign_id
            and responses.customer_key = replaced.customer_key
)

select * from final
