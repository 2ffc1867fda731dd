-- What people need in which stage of life: each product's share of the orders placed in a stage
-- against its share elsewhere, and how many of those in the stage today hold it. A need is
-- what is ordered more often than elsewhere beyond chance (Wilson's lower bound); a
-- need that few cover is where to go. Grain: one row per stage_kind_code, stage_code, product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

orders as (
    select * from {{ ref('int_stage_order') }}
),

coverage as (
    select * from {{ ref('int_stage_coverage') }}
    where members_count >= {{ smallest_group() }}
),

stages as (
    select
        stage_kind_code,
        stage_code,
        count(*) as orders_count,
        count(distinct customer_key) as customers_count
    from orders
    group by stage_kind_code, stage_code
),

judged as (
    {{ small_groups_marked('stages', 'customers_count', 'stage_kind_code', 'stage_code') }}
),

-- elsewhere is what is shown elsewhere: else it would tell of the groups that are not
shown as (
    select
        stage_kind_code,
        stage_code,
        customers_count,
        orders_count,
        sum(orders_count) over (partition by stage_kind_code) - orders_count as elsewhere_count
    from judged
    where not is_suppressed
),

bought as (
    select
        orders.stage_kind_code,
        orders.stage_code,
        orders.product_id,
        count(*) as product_orders_count
    from orders
    inner join shown
        on
            orders.stage_kind_code = shown.stage_kind_code
            and orders.stage_code = shown.stage_code
    group by orders.stage_kind_code, orders.stage_code, orders.product_id
),

compared as (
    select
        shown.*,
        bought.product_id,
        bought.product_orders_count,
        cast(bought.product_orders_count as double) / shown.orders_count as order_share,
        cast(
            sum(bought.product_orders_count) over (
                partition by bought.stage_kind_code, bought.product_id
            ) - bought.product_orders_count as double
        ) / nullif(shown.elsewhere_count, 0) as elsewhere_share,
        {{ wilson_low('bought.product_orders_count', 'shown.orders_count') }} as order_low_share
    from shown
    inner join bought
        on
            shown.stage_kind_code = bought.stage_kind_code
            and shown.stage_code = bought.stage_code
),

final as (
    select
        compared.stage_kind_code,
        compared.stage_code,
        compared.product_id,
        compared.customers_count,
        compared.orders_count,
        compared.product_orders_count,
        compared.order_share,
        compared.elsewhere_share,
        round(compared.order_share / nullif(compared.elsewhere_share, 0), 6) as lift,
        coalesce(compared.order_low_share > compared.elsewhere_share, false) as is_need,
        coverage.members_count,
        cast(coverage.holders_count as double) / coverage.members_count as coverage_share,
        run_context.as_of_date
    from compared
    left join coverage
        on
            compared.stage_kind_code = coverage.stage_kind_code
            and compared.stage_code = coverage.stage_code
            and compared.product_id = coverage.product_id
    cross join run_context
)

select * from final
