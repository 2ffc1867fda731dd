-- Counted a second way, price by price and service by service: no sale is lost, counted twice or
-- counted whole where something is given back for it. A margin nobody knows compares nothing.
with

accepted as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.contact_date,
        contacts.offer_product_id,
        case when contacts.direction_code = 'outbound' then contacts.campaign_id end as campaign_id,
        products.family_code,
        products.monthly_fee_yuan - products.monthly_cost_yuan as monthly_margin_yuan
    from {{ ref('int_customer_contact') }} as contacts
    left join {{ ref('dim_product') }} as products
        on contacts.offer_product_id = products.product_id
    where contacts.outcome_code = 'accepted'
),

prices as (
    select
        accepted.offer_product_id,
        coalesce(campaigns.sale_margin_yuan, 12 * accepted.monthly_margin_yuan) as margin_yuan,
        count(*) as sales_count
    from accepted
    left join {{ ref('dim_campaign') }} as campaigns
        on accepted.campaign_id = campaigns.campaign_id
    group by accepted.offer_product_id, margin_yuan
),

-- seen from the service that goes: it was there before the day of the sale
given_back as (
    select 12 * sum(services.monthly_fee_yuan - services.monthly_cost_yuan) as margin_yuan
    from {{ ref('dim_subscription') }} as services
    inner join accepted
        on
            services.customer_key = accepted.customer_key
            and services.started_date < accepted.contact_date
    where
        coalesce(services.ended_date, accepted.contact_date) >= accepted.contact_date
        and exists (
            select 1
            from {{ ref('product_substitutes') }} as substitutes
            where
                substitutes.family_code = services.family_code
                and substitutes.substitute_family_code = accepted.family_code
        )
),

expected as (
    select
        (select sum(prices.margin_yuan * prices.sales_count) from prices)
        - coalesce((select given_back.margin_yuan from given_back), 0) as margin_yuan
),

found as (
    select
        sum(margin_yuan) as margin_yuan,
        count(*) filter (where margin_yuan is null) as unknown_count
    from {{ ref('int_touchpoint_contact') }}
)

select
    expected.margin_yuan as expected_yuan,
    found.margin_yuan as found_yuan
from expected
cross join found
where
    found.unknown_count = 0
    and coalesce(expected.margin_yuan, 0) <> coalesce(found.margin_yuan, 0)
