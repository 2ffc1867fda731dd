-- What a campaign did to the members of its audience. Grain: one row per campaign_id, customer_key.
with

members as (
    select * from {{ ref('cmp_member') }}
),

contacts as (
    select * from {{ ref('fct_contact') }}
    where direction_code = 'outbound' and campaign_id is not null
),

xref as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

final as (
    select
        members.campaign_id,
        members.customer_key,
        min(contacts.contact_date) as first_contact_date,
        count(*) as contacts_count,
        count(*) filter (where contacts.is_reached) > 0 as is_reached,
        count(*) filter (where contacts.outcome_code = 'accepted') > 0 as is_accepted
    from members
    inner join xref on members.customer_key = xref.customer_key
    inner join contacts
        on
            xref.source_id = contacts.crm_customer_id
            and members.campaign_id = contacts.campaign_id
            and members.assigned_date <= contacts.contact_date
    cross join run_context
    where contacts.contact_date <= run_context.as_of_date
    group by members.campaign_id, members.customer_key
)

select * from final
