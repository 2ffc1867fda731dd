-- By what a product may be matched: its own users, or its attributes while it is new.
-- Grain: one row per product_id.
-- New is what was launched less than 90 days ago. Of fewer than 100 users a share is known to no
-- better than a fifth: an old product with fewer, as one for organisations, has no method.
{%- set new_days = 90 %}
{%- set least_users = 100 %}
with

products as (
    select * from {{ ref('dim_product') }}
),

holdings as (
    select * from {{ ref('int_consumer_holding') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

users as (
    select
        product_id,
        count(distinct customer_key) as users_count
    from holdings
    where product_id <> 'nothing'
    group by product_id
),

offered as (
    select
        products.*,
        coalesce(users.users_count, 0) as users_count,
        {{ days_between('products.launched_date', 'run_context.as_of_date') }} as launched_ago_days
    from products
    cross join run_context
    left join users on products.product_id = users.product_id
    where
        products.launched_date <= run_context.as_of_date
        and (products.retired_date is null or products.retired_date > run_context.as_of_date)
),

final as (
    select
        product_id,
        family_code,
        users_count,
        launched_ago_days,
        case
            when launched_ago_days < {{ new_days }} then 'attribute'
            when users_count >= {{ least_users }} then 'users'
        end as method_code
    from offered
)

select * from final
