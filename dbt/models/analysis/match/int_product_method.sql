-- By what a product may be matched: the behaviour of its users, or its attributes while it is new.
-- Grain: one row per product_id.
-- A new product is matched by its attributes until its users have foretold better, see
-- int_product_handover, and from then on by its users for good. One launched before our history
-- begins never was on trial: its users are the evidence, as soon as they are enough.
-- What only organisations hold is nothing for consumers: no method, like an old one with few users.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

rules as (
    {{ analysis_rules(['match_least_users', 'handover_least_takers']) }}
),

products as (
    select * from {{ ref('dim_product') }}
),

holdings as (
    select * from {{ ref('int_consumer_holding') }}
),

trials as (
    select distinct product_id
    from {{ ref('int_product_trial') }}
),

handovers as (
    select
        product_id,
        max(handed_over_date) as handed_over_date
    from {{ ref('int_product_handover') }}
    group by product_id
),

users as (
    select
        product_id,
        count(distinct customer_key) as users_count
    from holdings
    where product_id <> 'nothing'
    group by product_id
),

organisations as (
    select
        subscriptions.product_id,
        count(distinct subscriptions.customer_key) as organisations_count
    from {{ ref('dim_subscription') }} as subscriptions
    inner join {{ ref('dim_customer') }} as customers
        on subscriptions.customer_key = customers.customer_key
    where customers.party_type_code in ('B', 'G')
    group by subscriptions.product_id
),

offered as (
    select
        products.product_id,
        products.family_code,
        trials.product_id is not null as is_new,
        handovers.handed_over_date,
        coalesce(users.users_count, 0) as users_count,
        coalesce(organisations.organisations_count, 0) as organisations_count
    from products
    cross join run_context
    left join trials on products.product_id = trials.product_id
    left join handovers on products.product_id = handovers.product_id
    left join users on products.product_id = users.product_id
    left join organisations on products.product_id = organisations.product_id
    where
        products.launched_date <= run_context.as_of_date
        and (products.retired_date is null or products.retired_date > run_context.as_of_date)
),

final as (
    select
        offered.product_id,
        offered.family_code,
        offered.users_count,
        offered.is_new,
        offered.handed_over_date,
        case
            when offered.handed_over_date is not null then 'behaviour'
            when
                offered.users_count = 0
                and offered.organisations_count >= rules.handover_least_takers
                then null
            when offered.is_new then 'attribute'
            when offered.users_count >= rules.match_least_users then 'behaviour'
        end as method_code
    from offered
    cross join rules
)

select * from final
