-- Why customers come to us, month by month: how often per thousand customers in force, how long
-- they wait and talk, whether it is settled and whether they come back with it. Good service needs
-- no service: the seed contact_causes says which reasons better work would spare both sides.
-- Grain: one row per month_start_date, reason_code.
{%- set figures = [
    'customers_count', 'contacts_count', 'contacts_per_1000_customers', 'unanswered_count',
    'resolved_share', 'repeat_known_count', 'repeat_share_7d', 'wait_mean_seconds',
    'long_wait_share', 'talk_minutes', 'talk_mean_minutes', 'satisfaction_share',
] %}
{%- set long_wait_seconds = 120 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

contacts as (
    select * from {{ ref('int_inbound_contact') }}
    where reason_code is not null
),

causes as (
    select * from {{ ref('contact_causes') }}
),

-- several answers about one contact are one opinion
opinions as (
    select
        contact_id,
        avg({{ exact('score_share') }}) as score_share
    from {{ ref('fct_survey') }}
    group by contact_id
),

in_force as (
    select
        cast(date_trunc('month', as_of_date) as date) as month_start_date,
        max_by(customers_count, as_of_date) as customers_count
    from (
        select
            as_of_date,
            count(*) as customers_count
        from {{ ref('ind_service') }}
        where is_active = 1
        group by as_of_date
    ) as snapshots
    group by date_trunc('month', as_of_date)
),

counted as (
    select
        contacts.month_start_date,
        contacts.reason_code,
        count(distinct contacts.customer_key) as customers_count,
        count(*) as contacts_count,
        count(*) filter (where contacts.is_unanswered) as unanswered_count,
        cast(count(*) filter (where contacts.is_resolved) as double) / count(*) as resolved_share,
        count(contacts.is_repeated_7d) as repeat_known_count,
        cast(count(*) filter (where contacts.is_repeated_7d) as double)
        / nullif(count(contacts.is_repeated_7d), 0) as repeat_share_7d,
        cast(sum(contacts.wait_seconds) as double) / nullif(count(contacts.wait_seconds), 0)
            as wait_mean_seconds,
        cast(count(*) filter (where contacts.wait_seconds > {{ long_wait_seconds }}) as double)
        / nullif(count(contacts.wait_seconds), 0) as long_wait_share,
        cast(sum({{ exact('contacts.talk_minutes') }}) as double) as talk_minutes,
        cast(sum({{ exact('contacts.talk_minutes') }}) as double)
        / nullif(count(contacts.talk_minutes), 0) as talk_mean_minutes,
        cast(sum({{ exact('opinions.score_share') }}) as double)
        / nullif(count(opinions.score_share), 0) as satisfaction_share
    from contacts
    left join opinions on contacts.contact_id = opinions.contact_id
    group by contacts.month_start_date, contacts.reason_code
),

measured as (
    select
        counted.*,
        1000e0 * counted.contacts_count / in_force.customers_count as contacts_per_1000_customers
    from counted
    left join in_force on counted.month_start_date = in_force.month_start_date
),

judged as (
    {{ small_groups_marked('measured', 'customers_count', 'month_start_date', 'reason_code') }}
),

final as (
    select
        judged.month_start_date,
        judged.reason_code,
        causes.root_cause_code,
        causes.is_avoidable,
        judged.is_suppressed,
        {{ unless_suppressed('judged', figures) }},
        run_context.as_of_date
    from judged
    left join causes on judged.reason_code = causes.reason_code
    cross join run_context
)

select * from final
