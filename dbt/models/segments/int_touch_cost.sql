-- What contacts with a customer cost in the year before a day, whoever began them: at the price of
-- the campaign for those it made, else at that of the touchpoint. Summed once per piece of the
-- calendar. Grain: one row per customer_key, as_of_date.
{{ config(materialized='view') }}
with

contacts as (
    select * from {{ ref('fct_contact') }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

touchpoints as (
    select * from {{ ref('dim_touchpoint') }}
),

campaigns as (
    select * from {{ ref('dim_campaign') }}
),

summed as (
    select
        records.customer_key,
        pieces.period_date,
        sum(coalesce(campaigns.contact_cost_yuan, touchpoints.unit_cost_yuan)) as cost_yuan
    from contacts
    inner join records on contacts.crm_customer_id = records.source_id
    inner join {{ ref('int_event_period') }} as pieces on contacts.contact_date = pieces.event_date
    inner join touchpoints
        on
            contacts.direction_code = touchpoints.direction_code
            and contacts.channel_code = touchpoints.channel_code
    left join campaigns
        on contacts.campaign_id = campaigns.campaign_id and contacts.direction_code = 'outbound'
    group by records.customer_key, pieces.period_date
),

final as (
    select
        summed.customer_key,
        periods.as_of_date,
        sum(summed.cost_yuan) as touch_cost_yuan_365d
    from summed
    inner join {{ ref('int_snapshot_period') }} as periods
        on summed.period_date = periods.period_date
    where periods.age_days < 365
    group by summed.customer_key, periods.as_of_date
)

select * from final
