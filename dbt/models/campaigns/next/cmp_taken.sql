-- Who holds what an offer offers, or a substitute of it: "I already have something similar" is the
-- end of a conversation. Grain: one row per customer_key, offer_code.
-- An offer of a product is taken by its holders; one of a family by whoever holds what replaces the
-- family, its own products too where the seed says so (a new line takes the place of the old one).
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

offers as (
    select * from {{ source('audit', 'offers') }}
),

products as (
    select * from {{ ref('dim_product') }}
),

substitutes as (
    select * from {{ ref('product_substitutes') }}
),

subscriptions as (
    select * from {{ ref('dim_subscription') }}
),

held as (
    {{ held_when_over() }}
),

families as (
    select
        offers.offer_code,
        coalesce(offers.family_code, products.family_code) as family_code,
        offers.product_id is not null as is_of_products
    from offers
    left join products on offers.product_id = products.product_id
),

-- one account of a kind: the second kind of a family is no substitute of the first
replaced as (
    select
        families.offer_code,
        substitutes.substitute_family_code as family_code
    from families
    inner join substitutes on families.family_code = substitutes.family_code
    where
        not families.is_of_products
        or substitutes.substitute_family_code <> families.family_code
),

final as (
    select
        held.customer_key,
        offers.offer_code
    from offers
    inner join held on offers.product_id = held.product_id
    union distinct
    select
        held.customer_key,
        replaced.offer_code
    from replaced
    inner join held on replaced.family_code = held.family_code
)

select * from final
