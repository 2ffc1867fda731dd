-- Messages that arrived: contacts we began on a channel where nobody speaks.
-- Grain: one row per contact_id.
with

contacts as (
    select * from {{ ref('int_customer_contact') }}
),

final as (
    select
        contact_id,
        customer_key,
        campaign_id,
        channel_code as medium_code,
        started_at as sent_at,
        contact_date as sent_date,
        cast(floor(started_at_hour) as integer) as sent_hour
    from contacts
    where
        direction_code = 'outbound'
        and channel_code in ('sms', 'email', 'web', 'app')
        and is_reached
)

select * from final
