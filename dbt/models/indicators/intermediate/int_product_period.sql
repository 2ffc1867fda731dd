-- What was billed for a product and how it was offered, summed once per piece of the calendar. A
-- bill counts for the product its subscription then was.
-- Grain: one row per product_id, period_date.
{{ config(materialized='view') }}

with

billed as (
    select
        held.product_id,
        bill_lines.billed_date as event_date,
        sum(bill_lines.amount_yuan) as billed_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join {{ ref('dim_subscription_history') }} as held
        on
            bill_lines.subscription_id = held.subscription_id
            and bill_lines.billed_date >= held.valid_from
            and bill_lines.billed_date < held.valid_to
    where bill_lines.item_code <> 'lifetime'
    group by held.product_id, bill_lines.billed_date
),

-- who hangs up on an offer has refused it
offered as (
    select
        offer_product_id as product_id,
        contact_date as event_date,
        count(*) filter (
            where outcome_code in ('accepted', 'refused', 'undecided', 'hung_up')
        ) as offers,
        count(*) filter (where outcome_code = 'accepted') as accepted,
        count(*) filter (where outcome_code in ('refused', 'hung_up')) as refused,
        count(campaign_id) as campaign_contacts,
        count(campaign_id) filter (where outcome_code = 'accepted') as campaign_accepted
    from {{ ref('fct_contact') }}
    where intent_code = 'sales' and offer_product_id is not null
    group by offer_product_id, contact_date
),

events as (
    select
        product_id,
        event_date,
        billed_yuan,
        0 as offers,
        0 as accepted,
        0 as refused,
        0 as campaign_contacts,
        0 as campaign_accepted
    from billed
    union all
    select
        product_id,
        event_date,
        0 as billed_yuan,
        offers,
        accepted,
        refused,
        campaign_contacts,
        campaign_accepted
    from offered
),

final as (
    select
        events.product_id,
        periods.period_date,
        sum(events.billed_yuan) as billed_yuan,
        sum(events.offers) as offers,
        sum(events.accepted) as accepted,
        sum(events.refused) as refused,
        sum(events.campaign_contacts) as campaign_contacts,
        sum(events.campaign_accepted) as campaign_accepted
    from events
    inner join {{ ref('int_event_period') }} as periods on events.event_date = periods.event_date
    group by events.product_id, periods.period_date
)

select * from final
