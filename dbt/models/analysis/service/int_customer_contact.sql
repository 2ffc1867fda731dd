-- Contacts up to the run's day with the customer of today and local clock times.
-- Grain: one row per contact_id.
with

contacts as (
    select * from {{ ref('fct_contact') }}
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
        contacts.contact_id,
        xref.customer_key,
        contacts.campaign_id,
        contacts.direction_code,
        contacts.channel_code,
        contacts.agent_id,
        contacts.offer_product_id,
        contacts.recommended_product_id,
        contacts.intent_code,
        contacts.reason_code,
        contacts.outcome_code,
        contacts.contact_date,
        contacts.started_at,
        contacts.ended_at,
        {{ local_hour('contacts.started_at') }} as started_at_hour,
        contacts.wait_seconds,
        contacts.talk_minutes,
        contacts.is_reached
    from contacts
    inner join xref on contacts.crm_customer_id = xref.source_id
    cross join run_context
    where contacts.contact_date <= run_context.as_of_date
)

select * from final
