-- Counted a second way, price by price: no contact is lost or paid for twice before it has a tier.
with

priced as (
    select
        direction_code,
        channel_code,
        case when direction_code = 'outbound' then campaign_id end as paying_campaign_id,
        count(*) as contacts_count
    from {{ ref('int_customer_contact') }}
    group by direction_code, channel_code, paying_campaign_id
),

expected as (
    select
        sum(priced.contacts_count) as contacts_count,
        sum(priced.contacts_count * coalesce(
            (
                select max(campaigns.contact_cost_yuan) from {{ ref('dim_campaign') }} as campaigns
                where campaigns.campaign_id = priced.paying_campaign_id
            ), touchpoints.unit_cost_yuan
        )) as cost_yuan
    from priced
    inner join {{ ref('dim_touchpoint') }} as touchpoints
        on
            priced.direction_code = touchpoints.direction_code
            and priced.channel_code = touchpoints.channel_code
),

found as (
    select
        count(*) as contacts_count,
        sum(cost_yuan) as cost_yuan
    from {{ ref('int_touchpoint_contact') }}
)

select
    expected.cost_yuan as expected_yuan,
    found.cost_yuan as found_yuan
from expected
cross join found
where
    expected.contacts_count <> found.contacts_count
    or expected.contacts_count <> (select count(*) from {{ ref('int_customer_contact') }})
    or expected.cost_yuan <> found.cost_yuan
