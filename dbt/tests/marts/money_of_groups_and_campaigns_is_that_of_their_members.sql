-- What classes of persons and of organisations were billed is what all customers were billed,
-- unless one is hidden, and what an arm of a campaign brought is what its sales brought, to the
-- cent.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

classes as (
    select
        count(*) filter (where is_suppressed) as hidden_count,
        sum(billed_yuan_365d) as shown_yuan
    from {{ ref('mart_abc_class') }}
    where subject_code in ('customer', 'key_account')
),

members as (
    select sum(cast(built.billed_yuan_365d as decimal(18, 2))) as member_yuan
    from {{ ref('ind_value') }} as built
    inner join run_context on built.as_of_date = run_context.as_of_date
),

arms as (
    select
        review.campaign_id,
        review.arm_code,
        review.margin_yuan as shown_yuan,
        sum(sales.margin_yuan) as member_yuan,
        count(*) filter (where sales.customer_key is not null and sales.margin_yuan is null)
            as unknown_count
    from {{ ref('mart_campaign_review') }} as review
    left join {{ ref('cmp_sale') }} as sales
        on review.campaign_id = sales.campaign_id and review.arm_code = sales.arm_code
    group by review.campaign_id, review.arm_code, review.margin_yuan
)

select
    'customers' as place,
    classes.shown_yuan,
    members.member_yuan
from classes
cross join members
where
    classes.hidden_count = 0
    and coalesce(classes.shown_yuan, 0) <> coalesce(members.member_yuan, 0)
union all
select
    concat(campaign_id, ' ', arm_code) as place,
    shown_yuan,
    member_yuan
from arms
where unknown_count = 0 and shown_yuan <> coalesce(member_yuan, 0)
