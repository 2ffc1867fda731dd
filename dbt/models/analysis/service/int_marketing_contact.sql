-- Contacts that sell or inform, on a channel the customer allowed then: how many others came within
-- the seven days before on any channel, and whether this was the last before consent was withdrawn
-- within a day. The day of the run is left out: its withdrawals may still come.
-- Grain: one row per contact_id.
{%- set day_seconds = 86400 %}
{%- set some_moment = "timestamp '2000-01-01 00:00:00'" %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

contacts as (
    select
        *,
        {{ seconds_between(some_moment, 'started_at') }} as at_seconds
    from {{ ref('int_customer_contact') }}
    where direction_code = 'outbound' and intent_code in ('sales', 'inform')
),

counted as (
    select
        *,
        count(*) over (
            partition by customer_key
            order by at_seconds asc nulls last
            range between {{ 7 * day_seconds }} preceding and current row
        ) - 1 as earlier_contacts_count_7d
    from contacts
),

consents as (
    select consents.*
    from {{ ref('stg_crm__consents') }} as consents
    cross join run_context
    where
        consents.scope_code = 'marketing'
        and consents.business_date <= run_context.as_of_date
        and consents.event_date <= run_context.as_of_date
),

changes as (
    {{ latest_rows('consents', keys=['consent_id']) }}
),

-- a customer's word on a channel with the next one
words as (
    select
        xref.customer_key,
        changes.channel_code,
        changes.is_granted,
        changes.changed_at as since_at,
        lead(changes.changed_at) over one_channel as until_at,
        lead(changes.is_granted) over one_channel as is_granted_next
    from changes
    inner join {{ ref('int_customer_xref') }} as xref
        on
            changes.crm_customer_id = xref.source_id
            and xref.source_name = 'crm'
            and xref.entity = 'customer'
    window one_channel as (
        partition by xref.customer_key, changes.channel_code
        order by
            changes.changed_at asc nulls last,
            changes.is_granted desc nulls last,
            changes.consent_id asc nulls last
    )
),

final as (
    select
        counted.contact_id,
        counted.customer_key,
        counted.channel_code,
        counted.contact_date,
        counted.earlier_contacts_count_7d,
        coalesce(
            not words.is_granted_next
            and {{ seconds_between('counted.started_at', 'words.until_at') }} <= {{ day_seconds }}
            and row_number() over (
                partition by counted.customer_key, counted.channel_code, words.until_at
                order by counted.started_at desc nulls last, counted.contact_id asc nulls last
            ) = 1,
            false
        ) as is_withdrawn
    from counted
    inner join words
        on
            counted.customer_key = words.customer_key
            and counted.channel_code = words.channel_code
            and counted.started_at >= words.since_at
            and (counted.started_at < words.until_at or words.until_at is null)
    cross join run_context
    where words.is_granted and counted.contact_date < run_context.as_of_date
)

select * from final
