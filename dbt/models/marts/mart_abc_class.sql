-- How few bring how much: ABC classes of customers who are persons, of key accounts, which are the
-- organisations with all their accounts, and of products, each ranked within its group.
-- Grain: one row per subject_code, group_code, class_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

classed as (
    select
        'customer' as subject_code,
        customers.party_group as group_code,
        customers.segment_code as class_code,
        customers.billed_yuan
    from {{ ref('seg_abc') }} as customers
    inner join run_context on customers.as_of_date = run_context.as_of_date
    where customers.billed_yuan is not null and customers.party_group = 'consumer'
    union all
    select
        'key_account' as subject_code,
        party_group as group_code,
        segment_code as class_code,
        billed_yuan
    from {{ ref('seg_abc_key_account') }}
    union all
    select
        'product' as subject_code,
        'all' as group_code,
        segment_code as class_code,
        billed_yuan
    from {{ ref('seg_abc_product') }}
),

counted as (
    select
        subject_code,
        group_code,
        class_code,
        count(*) as class_count,
        sum(billed_yuan) as class_yuan
    from classed
    group by subject_code, group_code, class_code
),

judged as (
    {{ small_groups_marked('counted', 'class_count', 'subject_code, group_code', 'class_code') }}
),

-- a product is not a person: small classes of products are the point of the exercise
shown as (
    select
        *,
        is_suppressed and subject_code <> 'product' as is_hidden,
        cast(class_count as double)
        / sum(class_count) over (partition by subject_code, group_code) as items_share,
        cast(class_yuan as double) / nullif(
            cast(sum(class_yuan) over (partition by subject_code, group_code) as double), 0
        ) as yuan_share
    from judged
),

final as (
    select
        shown.subject_code,
        shown.group_code,
        shown.class_code,
        shown.is_hidden as is_suppressed,
        case when not shown.is_hidden then shown.class_count end as items_count,
        case when not shown.is_hidden then cast(shown.class_yuan as decimal(18, 2)) end
            as billed_yuan_365d,
        case when not shown.is_hidden then shown.items_share end as items_share,
        case when not shown.is_hidden then shown.yuan_share end as billed_share,
        run_context.as_of_date
    from shown
    cross join run_context
)

select * from final
