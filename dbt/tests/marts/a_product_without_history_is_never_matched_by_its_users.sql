-- A new product has no behaviour to learn from: it is matched by its needs, and explored at random.
select
    matches.customer_key,
    matches.product_id
from {{ ref('mart_product_match') }} as matches
inner join {{ ref('int_product_method') }} as methods on matches.product_id = methods.product_id
where (methods.method_code = 'attribute') <> (matches.method_code in ('attribute', 'explore'))
