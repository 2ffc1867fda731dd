-- Contacts and visits of a customer as one sequence, cut into episodes: who is silent for a week
-- has begun a new one when next heard of. A call nobody answered was no contact.
-- Grain: one row per customer_key, episode_number, touch_number.
{%- set in_order =
    'partition by customer_key order by touched_at asc nulls last, touch_id asc nulls last'
%}
with

rules as (
    {{ analysis_rules(['window_days', 'episode_silence_days']) }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

records as (
    select * from {{ ref('int_customer_xref') }}
    where source_name = 'crm' and entity = 'customer'
),

touches as (
    select
        records.customer_key,
        contacts.contact_id as touch_id,
        contacts.started_at as touched_at,
        channels.touch_code,
        outcomes.ending_code
    from {{ ref('fct_contact') }} as contacts
    cross join run_context
    cross join rules
    inner join records on contacts.crm_customer_id = records.source_id
    inner join {{ ref('touch_channels') }} as channels
        on
            contacts.direction_code = channels.direction_code
            and contacts.channel_code = channels.channel_code
    left join {{ ref('touch_outcomes') }} as outcomes
        on contacts.outcome_code = outcomes.outcome_code
    where
        contacts.is_reached
        and contacts.contact_date <= run_context.as_of_date
        and {{ days_between('contacts.contact_date', 'run_context.as_of_date') }}
        < rules.window_days
    union all
    select
        customer_key,
        concat(visitor_id, ' ', cast(visit_number as varchar)) as touch_id,
        started_at as touched_at,
        channel_code as touch_code,
        case when is_converted then 'sold' end as ending_code
    from {{ ref('int_visit') }}
    where customer_key is not null
),

spaced as (
    select
        touches.*,
        {{ seconds_between(
            'lag(touched_at) over (' ~ in_order ~ ')', 'touched_at'
        ) }} / 3600 as hours_before,
        rules.episode_silence_days * 24 as silence_hours
    from touches
    cross join rules
),

numbered as (
    select
        *,
        sum(case when hours_before <= silence_hours then 0 else 1 end) over (
            {{ in_order }} rows between unbounded preceding and current row
        ) as episode_number
    from spaced
),

final as (
    select
        customer_key,
        episode_number,
        row_number() over (
            partition by customer_key, episode_number
            order by touched_at asc nulls last, touch_id asc nulls last
        ) as touch_number,
        touch_code,
        touched_at,
        ending_code,
        case when hours_before <= silence_hours then hours_before end as hours_before
    from numbered
)

select * from final
