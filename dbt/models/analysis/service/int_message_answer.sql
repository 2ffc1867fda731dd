-- Calls in answer to a message: to the last one the customer got in the 24 hours before, unless
-- the call names another campaign. Grain: one row per contact_id.
{#- "interest is gone after a day": a later call answers something else -#}
{%- set window_hours = 24 %}
with

messages as (
    select * from {{ ref('int_message') }}
),

calls as (
    select * from {{ ref('int_customer_contact') }}
    where direction_code = 'inbound' and channel_code = 'phone'
),

opening as (
    select * from {{ ref('int_opening_day') }}
),

answers as (
    select
        calls.contact_id,
        calls.customer_key,
        messages.campaign_id,
        messages.medium_code,
        messages.sent_date,
        messages.sent_hour,
        calls.contact_date as answer_date,
        calls.started_at_hour,
        {{ seconds_between('messages.sent_at', 'calls.started_at') }} / 3600 as lag_hours
    from calls
    inner join messages
        on
            calls.customer_key = messages.customer_key
            and calls.started_at >= messages.sent_at
            and (calls.campaign_id is null or calls.campaign_id = messages.campaign_id)
    qualify row_number() over (
        partition by calls.contact_id
        order by messages.sent_at desc nulls last, messages.contact_id asc nulls last
    ) = 1
),

final as (
    select
        answers.contact_id,
        answers.customer_key,
        answers.campaign_id,
        answers.medium_code,
        answers.sent_date,
        answers.sent_hour,
        answers.answer_date,
        cast(floor(answers.started_at_hour) as integer) as answer_hour,
        answers.lag_hours,
        coalesce(
            answers.started_at_hour >= opening.opens_at_hour
            and answers.started_at_hour < opening.closes_at_hour, false
        ) as is_open
    from answers
    inner join opening on answers.answer_date = opening.calendar_date
    where answers.lag_hours < {{ window_hours }}
)

select * from final
