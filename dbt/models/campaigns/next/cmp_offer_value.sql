-- What a yes to an offer brings in a year, by who says it, and what one contact with it costs.
-- Grain: one row per offer_code, party_type_code.
-- An offer of several products is worth the mean of what the party took out of it within the last
-- year; where nobody did, of all that is on sale. A price nobody knows is no price of zero.
{%- set taken_days = 365 %}
{%- set contact_unless_offered = 'outbound_call' %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
),

parties as (
    select distinct party_type_code
    from customers
),

rules as (
    {{ analysis_rules(['margin_months']) }}
),

on_sale as (
    select
        products.product_id,
        products.family_code,
        (products.monthly_fee_yuan - products.monthly_cost_yuan)
        * cast(rules.margin_months as integer) as margin_yuan
    from {{ ref('dim_product') }} as products
    cross join run_context
    cross join rules
    where
        products.launched_date <= run_context.as_of_date
        and (products.retired_date is null or products.retired_date > run_context.as_of_date)
),

scope as (
    select distinct
        offers.offer_code,
        on_sale.product_id,
        on_sale.margin_yuan
    from {{ source('audit', 'offers') }} as offers
    inner join on_sale
        on offers.product_id = on_sale.product_id or offers.family_code = on_sale.family_code
),

taken as (
    select
        customers.party_type_code,
        subscriptions.product_id,
        count(*) as taken_count
    from {{ ref('dim_subscription') }} as subscriptions
    inner join customers on subscriptions.customer_key = customers.customer_key
    cross join run_context
    where
        subscriptions.started_date <= run_context.as_of_date
        and subscriptions.started_date > {{ add_days('run_context.as_of_date', -taken_days) }}
    group by customers.party_type_code, subscriptions.product_id
),

weighed as (
    select
        scope.*,
        parties.party_type_code,
        case
            when
                sum(taken.taken_count) over (
                    partition by scope.offer_code, parties.party_type_code
                ) > 0
                then coalesce(taken.taken_count, 0)
            else 1
        end as weight
    from scope
    cross join parties
    left join taken
        on
            scope.product_id = taken.product_id
            and parties.party_type_code = taken.party_type_code
),

-- the price of the last contact with the offer; before the first, that of a call: no list looks
-- cheaper than it is
contacted as (
    select
        scope.offer_code,
        campaigns.contact_cost_yuan
    from scope
    inner join {{ ref('dim_campaign') }} as campaigns
        on scope.product_id = campaigns.offer_product_id
    cross join run_context
    where campaigns.start_date <= run_context.as_of_date
    qualify row_number() over (
        partition by scope.offer_code
        order by campaigns.start_date desc nulls last, campaigns.campaign_id desc nulls last
    ) = 1
),

final as (
    select
        weighed.offer_code,
        weighed.party_type_code,
        case
            when count(*) filter (weighed.margin_yuan is null) = 0
                then
                    cast(sum(weighed.margin_yuan * weighed.weight) as double) / sum(weighed.weight)
        end as sale_margin_yuan,
        cast(max(coalesce(contacted.contact_cost_yuan, touchpoints.unit_cost_yuan)) as double)
            as contact_cost_yuan
    from weighed
    inner join {{ ref('dim_touchpoint') }} as touchpoints
        on touchpoints.touchpoint_code = '{{ contact_unless_offered }}'
    left join contacted on weighed.offer_code = contacted.offer_code
    where weighed.weight > 0
    group by weighed.offer_code, weighed.party_type_code
)

select * from final
