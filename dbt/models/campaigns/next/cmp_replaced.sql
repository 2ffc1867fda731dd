-- What a customer gives back for what an offer offers: a year's margin of what he or she holds and
-- the offered family replaces, its own products too where the seed says so.
-- Grain: one row per customer_key, offer_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

offers as (
    select * from {{ source('audit', 'offers') }}
),

rules as (
    {{ analysis_rules(['margin_months']) }}
),

products as (
    select * from {{ ref('dim_product') }}
),

substitutes as (
    select * from {{ ref('product_substitutes') }}
),

-- whoever holds the offered family has something similar to these already, so needs them no more
replaced as (
    select distinct
        offers.offer_code,
        substitutes.family_code
    from offers
    left join products on offers.product_id = products.product_id
    inner join substitutes
        on coalesce(offers.family_code, products.family_code) = substitutes.substitute_family_code
),

held as (
    select
        subscriptions.customer_key,
        subscriptions.family_code,
        (subscriptions.monthly_fee_yuan - subscriptions.monthly_cost_yuan)
        * cast(rules.margin_months as integer) as margin_yuan
    from {{ ref('dim_subscription') }} as subscriptions
    cross join run_context
    cross join rules
    where
        subscriptions.customer_key is not null
        and {{ held_after('run_context.as_of_date') }}
),

-- a margin nobody knows is no margin of zero
final as (
    select
        held.customer_key,
        replaced.offer_code,
        case
            when count(*) filter (where held.margin_yuan is null) = 0
                then cast(sum(held.margin_yuan) as double)
        end as replaced_margin_yuan
    from held
    inner join replaced on held.family_code = replaced.family_code
    group by held.customer_key, replaced.offer_code
)

select * from final
