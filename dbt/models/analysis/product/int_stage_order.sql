-- Orders of a year by private customers with the stage of life they were placed in, once for each
-- kind of stage; elsewhere is everybody who was in none of its stages.
-- Grain: one row per order_id, stage_kind_code.
{%- set window_days = 365 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

customers as (
    select * from {{ ref('dim_customer') }}
    where party_type_code = 'C'
),

orders as (
    select
        orders.order_id,
        orders.product_id,
        orders.order_date,
        payers.customer_key
    from {{ ref('fct_order') }} as orders
    inner join {{ ref('dim_account') }} as payers on orders.account_id = payers.account_id
    inner join customers on payers.customer_key = customers.customer_key
    cross join run_context
    where
        orders.status_code <> 'cancelled'
        and orders.order_date <= run_context.as_of_date
        and orders.order_date > {{ add_days('run_context.as_of_date', -window_days) }}
),

stages as (
    select * from {{ ref('int_life_stage') }}
),

kinds as (
    select distinct stage_kind_code
    from stages
),

final as (
    select
        orders.order_id,
        orders.customer_key,
        orders.product_id,
        kinds.stage_kind_code,
        coalesce(stages.stage_code, 'elsewhere') as stage_code
    from orders
    cross join kinds
    left join stages
        on
            orders.customer_key = stages.customer_key
            and kinds.stage_kind_code = stages.stage_kind_code
            and orders.order_date >= stages.from_date
            and orders.order_date < stages.to_date
)

select * from final
