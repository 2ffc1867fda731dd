-- Who holds each product today and 180 days ago, and the net growth between. Before bills are on
-- record for so long, subscriptions that ended earlier are missing and growth is not known.
-- Grain: one row per product_id.
{%- set trend_days = 180 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

recorded as (
    select min(event_date) as first_bill_date
    from {{ source('audit', 'event_days') }}
    where source_name = 'boss' and table_name = 'bills'
),

-- a subscription counts on its last day of service
subscriptions as (
    select
        subscriptions.product_id,
        subscriptions.customer_key,
        {{ in_force_on('run_context.as_of_date') }} as is_held,
        {{ in_force_on(add_days('run_context.as_of_date', -trend_days)) }} as was_held
    from {{ ref('dim_subscription') }} as subscriptions
    cross join run_context
),

held as (
    select
        product_id,
        count(*) filter (where is_held) as subscriptions_count,
        count(*) filter (where was_held) as subscriptions_before_count,
        count(distinct case when is_held then customer_key end) as customers_count
    from subscriptions
    group by product_id
),

everybody as (
    select count(distinct customer_key) as everybody_count
    from subscriptions
    where is_held
),

final as (
    select
        products.product_id,
        coalesce(held.customers_count, 0) as customers_count,
        coalesce(held.subscriptions_count, 0) as subscriptions_count,
        coalesce(held.subscriptions_before_count, 0) as subscriptions_before_count,
        cast(coalesce(held.customers_count, 0) as double) / nullif(everybody.everybody_count, 0)
            as coverage_share,
        case
            when
                {{ days_between('recorded.first_bill_date', 'run_context.as_of_date') }}
                >= {{ trend_days }}
                then
                    cast(held.subscriptions_count as double)
                    / nullif(held.subscriptions_before_count, 0) - 1
        end as growth_share
    from {{ ref('dim_product') }} as products
    left join held on products.product_id = held.product_id
    cross join everybody
    cross join run_context
    cross join recorded
)

select * from final
