-- Audience of every campaign by customer, in the arm drawn first when several records were drawn.
-- Grain: one row per campaign_id, customer_key.
with

members as (
    select * from {{ ref('fct_campaign_member') }}
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- which record counts depends on the draw alone, never on what happened later: the arms stay random
final as (
    select
        members.campaign_id,
        xref.customer_key,
        members.arm_code,
        members.assigned_date
    from members
    inner join xref on members.crm_customer_id = xref.source_id
    cross join run_context
    where members.assigned_date <= run_context.as_of_date
    qualify row_number() over (
        partition by members.campaign_id, xref.customer_key
        order by members.assigned_date asc nulls last, members.crm_customer_id asc nulls last
    ) = 1
)

select * from final
