-- How many of the private customers in a stage of life today hold each product.
-- Grain: one row per stage_kind_code, stage_code, product_id.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

staying as (
    select
        life_stages.stage_kind_code,
        life_stages.stage_code,
        life_stages.customer_key
    from {{ ref('int_life_stage') }} as life_stages
    cross join run_context
    where
        run_context.as_of_date >= life_stages.from_date
        and run_context.as_of_date < life_stages.to_date
),

holders as (
    select distinct
        subscriptions.customer_key,
        subscriptions.product_id
    from {{ ref('dim_subscription') }} as subscriptions
    cross join run_context
    where {{ in_force_on('run_context.as_of_date') }}
),

members as (
    select
        stage_kind_code,
        stage_code,
        count(*) as members_count
    from staying
    group by stage_kind_code, stage_code
),

covered as (
    select
        staying.stage_kind_code,
        staying.stage_code,
        holders.product_id,
        count(*) as holders_count
    from staying
    inner join holders on staying.customer_key = holders.customer_key
    group by staying.stage_kind_code, staying.stage_code, holders.product_id
),

final as (
    select
        members.stage_kind_code,
        members.stage_code,
        products.product_id,
        members.members_count,
        coalesce(covered.holders_count, 0) as holders_count
    from members
    cross join {{ ref('dim_product') }} as products
    left join covered
        on
            members.stage_kind_code = covered.stage_kind_code
            and members.stage_code = covered.stage_code
            and products.product_id = covered.product_id
)

select * from final
