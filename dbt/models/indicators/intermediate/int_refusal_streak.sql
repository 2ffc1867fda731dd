-- How many offers a customer had refused one after the other by a snapshot; any other answer ends
-- the row of refusals. Who never answered has no row. Grain: one row per customer_key, as_of_date.
{{ config(materialized='view') }}

with

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

answers as (
    select
        records.customer_key,
        contact.contact_id,
        contact.contact_date,
        contact.started_at,
        case when contact.outcome_code in ('refused', 'hung_up') then 1 else 0 end as refusal
    from {{ ref('fct_contact') }} as contact
    inner join records on contact.crm_customer_id = records.source_id
    where
        contact.intent_code = 'sales'
        and contact.outcome_code in ('accepted', 'refused', 'undecided', 'hung_up')
),

-- refusals after the same number of other answers belong together
numbered as (
    select
        *,
        sum(1 - refusal) over (
            partition by customer_key
            order by started_at asc nulls last, contact_id asc nulls last
            rows between unbounded preceding and current row
        ) as others_before
    from answers
),

counted as (
    select
        *,
        sum(refusal) over (
            partition by customer_key, others_before
            order by started_at asc nulls last, contact_id asc nulls last
            rows between unbounded preceding and current row
        ) as streak
    from numbered
),

last_of_day as (
    select *
    from counted
    qualify row_number() over (
        partition by customer_key, contact_date
        order by started_at desc nulls last, contact_id desc nulls last
    ) = 1
),

spans as (
    select
        customer_key,
        streak,
        contact_date as from_date,
        coalesce(
            lead(contact_date) over (
                partition by customer_key
                order by contact_date asc nulls last
            ),
            date '9999-12-31'
        ) as to_date
    from last_of_day
),

final as (
    select
        spans.customer_key,
        snapshots.as_of_date,
        spans.streak
    from spans
    inner join {{ source('audit', 'snapshots') }} as snapshots
        on spans.from_date <= snapshots.as_of_date and spans.to_date > snapshots.as_of_date
)

select * from final
