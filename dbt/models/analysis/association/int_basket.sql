-- Baskets whose contents are compared: service families a customer holds today, and products a
-- customer has ordered and kept within the window.
-- Grain: one row per basket_code, basket_id, item_code.
with

rules as (
    {{ analysis_rules(['basket_window_days']) }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

services as (
    select * from {{ ref('int_subscription_snapshot') }}
    where is_active and customer_key is not null
),

orders as (
    select * from {{ ref('fct_order') }}
    where status_code = 'paid'
),

accounts as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'boss' and entity = 'account'
),

final as (
    select distinct
        'held_family' as basket_code,
        services.customer_key as basket_id,
        services.family_code as item_code
    from services
    inner join run_context on services.as_of_date = run_context.as_of_date
    union all
    select distinct
        'ordered_product' as basket_code,
        accounts.customer_key as basket_id,
        orders.product_id as item_code
    from orders
    inner join accounts on orders.account_id = accounts.source_id
    cross join run_context
    cross join rules
    where
        orders.order_date <= run_context.as_of_date
        and {{ days_between('orders.order_date', 'run_context.as_of_date') }}
        < rules.basket_window_days
)

select * from final
