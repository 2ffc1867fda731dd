-- Neither a product held nor one of a family that what is held replaces.
select
    matches.customer_key,
    matches.product_id
from {{ ref('mart_product_match') }} as matches
inner join {{ ref('dim_product') }} as products on matches.product_id = products.product_id
inner join {{ ref('int_consumer_holding') }} as holdings
    on matches.customer_key = holdings.customer_key
left join {{ ref('product_substitutes') }} as substitutes
    on
        products.family_code = substitutes.family_code
        and holdings.family_code = substitutes.substitute_family_code
where holdings.product_id = matches.product_id or substitutes.family_code is not null
