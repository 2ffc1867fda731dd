-- Daily counts in which a change of what agents are paid for shows: offers among contacts outside
-- campaigns, matters left unsettled among them, complaints of service among complaints.
-- Grain: one row per measure_code, calendar_date.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

contacts as (
    select
        contact_date,
        offer_product_id is not null as has_offer,
        outcome_code = 'unresolved' as is_unresolved
    from {{ ref('int_customer_contact') }}
    where direction_code = 'inbound' and campaign_id is null and agent_id is not null
),

complaints as (
    select
        complaints.complaint_date,
        complaints.cause_code
    from {{ ref('fct_complaint') }} as complaints
    cross join run_context
    where complaints.complaint_date <= run_context.as_of_date
),

final as (
    select
        'offer' as measure_code,
        contact_date as calendar_date,
        count(*) as events_count,
        count(*) filter (where has_offer) as hits_count
    from contacts
    group by contact_date
    union all
    select
        'unresolved' as measure_code,
        contact_date as calendar_date,
        count(*) as events_count,
        count(*) filter (where is_unresolved) as hits_count
    from contacts
    group by contact_date
    union all
    select
        'service_complaint' as measure_code,
        complaint_date as calendar_date,
        count(*) as events_count,
        count(*) filter (where cause_code = 'service') as hits_count
    from complaints
    group by complaint_date
)

select * from final
