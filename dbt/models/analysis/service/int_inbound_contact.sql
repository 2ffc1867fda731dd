-- Contacts customers began: whether the matter was settled, and whether they came back with it
-- within a week. A call nobody answered settles nothing; whoever was offered something counts
-- as settled. Grain: one row per contact_id.
{%- set repeat_days = 7 %}
with

contacts as (
    select * from {{ ref('int_customer_contact') }}
    where direction_code = 'inbound'
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

followed as (
    select
        *,
        lead(started_at) over (
            partition by customer_key, reason_code
            order by started_at asc nulls last, contact_id asc nulls last
        ) as next_started_at
    from contacts
),

-- days of contact and of the run both count whole, so a window is over on the day after the seventh
final as (
    select
        followed.contact_id,
        followed.customer_key,
        followed.contact_date,
        cast(date_trunc('month', followed.contact_date) as date) as month_start_date,
        followed.channel_code,
        followed.reason_code,
        followed.outcome_code,
        followed.agent_id,
        followed.wait_seconds,
        followed.talk_minutes,
        followed.offer_product_id is not null as has_offer,
        followed.channel_code = 'phone' and followed.agent_id is null as is_unanswered,
        followed.outcome_code in ('resolved', 'accepted', 'refused', 'undecided') as is_resolved,
        case
            when
                {{ days_between('followed.contact_date', 'run_context.as_of_date') }}
                > {{ repeat_days }}
                then coalesce({{ seconds_between(
                    'coalesce(followed.ended_at, followed.started_at)', 'followed.next_started_at'
                ) }} <= {{ repeat_days * 24 * 3600 }}, false)
        end as is_repeated_7d
    from followed
    cross join run_context
)

select * from final
