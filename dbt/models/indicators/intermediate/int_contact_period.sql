-- Contacts of a customer summed once per piece of the calendar.
-- Grain: one row per customer_key, period_date.
{{ config(materialized='view') }}

with

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

contacts as (
    select
        records.customer_key,
        periods.period_date,
        contact.*,
        contact.direction_code = 'outbound' as is_outbound,
        contact.direction_code = 'inbound' as is_inbound,
        contact.intent_code = 'sales'
        and contact.outcome_code in ('accepted', 'refused', 'undecided', 'hung_up') as is_answered
    from {{ ref('fct_contact') }} as contact
    inner join {{ ref('int_event_period') }} as periods
        on contact.contact_date = periods.event_date
    inner join records on contact.crm_customer_id = records.source_id
),

-- who hangs up on an offer has refused it
final as (
    select
        customer_key,
        period_date,
        count(*) filter (where is_outbound) as outbound,
        count(*) filter (where is_outbound and is_reached) as reached,
        count(*) filter (where is_inbound) as inbound,
        count(*) filter (where is_answered) as offers,
        count(*) filter (where is_answered and outcome_code = 'accepted') as accepted,
        count(*) filter (where is_answered and outcome_code in ('refused', 'hung_up')) as refused,
        count(*) filter (where outcome_code = 'hung_up') as hung_up,
        count(*) filter (where is_inbound and reason_code = 'cancel') as cancel_contacts,
        count(*) filter (where is_inbound and reason_code = 'fault') as fault_contacts,
        count(*) filter (where outcome_code = 'unresolved') as unresolved,
        count(*) filter (where is_inbound and outcome_code = 'resolved') as resolved,
        {% for channel in slices_of('channel') %}
            count(*) filter (where channel_code = '{{ channel }}') as {{ channel }}_contacts,
        {% endfor %}
        {% for reason in slices_of('reason') %}
            count(*) filter (where is_inbound and reason_code = '{{ reason }}')
                as {{ reason }}_contacts,
        {% endfor %}
        sum({{ exact('coalesce(talk_minutes, 0)') }}) as talk_minutes,
        max(contact_date) as last_date,
        max(case when is_inbound then contact_date end) as last_inbound_date,
        max(case when is_answered and outcome_code in ('refused', 'hung_up') then contact_date end)
            as last_refusal_date
    from contacts
    group by customer_key, period_date
)

select * from final
