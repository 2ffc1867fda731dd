-- Campaigns and their contacts with a customer, summed once per piece of the calendar. A person in
-- a campaign's audience twice, by two records, counts once on a day.
-- Grain: one row per customer_key, period_date.
{{ config(materialized='view') }}

with

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

memberships as (
    select distinct
        records.customer_key,
        members.assigned_date as event_date,
        members.campaign_id,
        members.arm_code
    from {{ ref('fct_campaign_member') }} as members
    inner join records on members.crm_customer_id = records.source_id
),

events as (
    select
        customer_key,
        event_date,
        case when arm_code <> 'control' then 1 else 0 end as campaigns,
        case when arm_code = 'control' then 1 else 0 end as holdouts,
        0 as contacts,
        0 as accepted,
        0 as refused,
        0 as sales
    from memberships
    union all
    select
        records.customer_key,
        contact.contact_date as event_date,
        0 as campaigns,
        0 as holdouts,
        case when contact.campaign_id is not null then 1 else 0 end as contacts,
        case
            when contact.campaign_id is null then 0
            when contact.outcome_code = 'accepted' then 1
            else 0
        end as accepted,
        case
            when contact.campaign_id is null then 0
            when contact.outcome_code in ('refused', 'hung_up') then 1
            else 0
        end as refused,
        case
            when contact.direction_code = 'outbound' and contact.intent_code = 'sales' then 1
            else 0
        end as sales
    from {{ ref('fct_contact') }} as contact
    inner join records on contact.crm_customer_id = records.source_id
),

final as (
    select
        events.customer_key,
        periods.period_date,
        sum(events.campaigns) as campaigns,
        sum(events.holdouts) as holdouts,
        sum(events.contacts) as contacts,
        sum(events.accepted) as accepted,
        sum(events.refused) as refused,
        sum(events.sales) as sales,
        max(case when events.campaigns = 1 then events.event_date end) as last_date
    from events
    inner join {{ ref('int_event_period') }} as periods on events.event_date = periods.event_date
    group by events.customer_key, periods.period_date
)

select * from final
