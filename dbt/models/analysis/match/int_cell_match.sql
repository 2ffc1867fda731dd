-- How well a product fits people of a cell, by the behaviour of its users or, while it is new, by
-- its attributes. Grain: one row per cell_code, product_id.
-- By behaviour: share of the cell that holds it, drawn to that of everybody, see drawn_share().
-- By attributes: the mean share of the products with one of its needs, times how much more common
-- its needs are in the cell, weighed by their level. Its own users are people with these needs as
-- the users of its kin are, and no more.
with

methods as (
    select * from {{ ref('int_product_method') }}
    where method_code is not null
),

needs as (
    select * from {{ ref('product_needs') }}
),

cell_needs as (
    select * from {{ ref('int_cell_need') }}
),

holdings as (
    select * from {{ ref('int_consumer_holding') }}
),

cells as (
    select
        cell_code,
        count(distinct customer_key) as customers_count
    from holdings
    group by cell_code
),

users as (
    select
        holdings.cell_code,
        holdings.product_id,
        count(distinct holdings.customer_key) as users_count
    from holdings
    inner join methods on holdings.product_id = methods.product_id
    where methods.method_code = 'behaviour'
    group by holdings.cell_code, holdings.product_id
),

everybody as (
    select
        methods.product_id,
        methods.family_code,
        cast(methods.users_count as double) / (select sum(customers_count) from cells) as user_share
    from methods
    where methods.method_code = 'behaviour'
),

kin as (
    select
        methods.product_id,
        avg(everybody.user_share) as kin_share
    from methods
    inner join needs as own on methods.family_code = own.family_code
    inner join needs as shared on own.need_code = shared.need_code
    inner join everybody on shared.family_code = everybody.family_code
    where methods.method_code = 'attribute'
    group by methods.product_id
),

-- a product that alone serves its needs has no kin: it is as common as products are
others as (
    select avg(user_share) as kin_share
    from everybody
),

affinity as (
    select
        cell_needs.cell_code,
        methods.product_id,
        {{ affinity_ratio() }} as affinity_ratio
    from methods
    inner join needs on methods.family_code = needs.family_code
    inner join cell_needs on needs.need_code = cell_needs.need_code
    group by cell_needs.cell_code, methods.product_id
),

final as (
    select
        affinity.cell_code,
        methods.product_id,
        methods.family_code,
        methods.method_code,
        affinity.affinity_ratio,
        case
            when methods.method_code = 'attribute'
                then coalesce(kin.kin_share, others.kin_share) * affinity.affinity_ratio
            else
                {{ drawn_share(
                    'users.users_count', 'cells.customers_count', 'everybody.user_share'
                ) }}
        end as match_share
    from methods
    cross join others
    inner join affinity on methods.product_id = affinity.product_id
    inner join cells on affinity.cell_code = cells.cell_code
    left join everybody on methods.product_id = everybody.product_id
    left join kin on methods.product_id = kin.product_id
    left join users
        on methods.product_id = users.product_id and affinity.cell_code = users.cell_code
)

select * from final
