-- How satisfied customers were with each contact of a year: as they said, or as those said whose
-- contact went alike (direction, outcome, long wait). The mean of a kind that few rated is
-- drawn towards all: five answers of the mean are added. Grain: one row per contact_id.
{%- set window_days = 365 %}
{%- set long_wait_seconds = 120 %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

surveys as (
    select
        contact_id,
        avg({{ exact('score_share') }}) as score_share
    from {{ ref('fct_survey') }}
    group by contact_id
),

contacts as (
    select
        contacts.contact_id,
        contacts.customer_key,
        concat_ws(
            '/', contacts.direction_code, contacts.outcome_code,
            case when contacts.wait_seconds > {{ long_wait_seconds }} then 'long' else 'short' end
        ) as kind_code,
        surveys.score_share
    from {{ ref('int_customer_contact') }} as contacts
    cross join run_context
    left join surveys on contacts.contact_id = surveys.contact_id
    where
        contacts.outcome_code in ('accepted', 'refused', 'undecided', 'resolved', 'unresolved')
        and contacts.contact_date > {{ add_days('run_context.as_of_date', -window_days) }}
),

overall as (
    select avg(score_share) as score_share
    from contacts
),

kinds as (
    select
        contacts.kind_code,
        {{ drawn_share(
            'cast(sum(contacts.score_share) as double)', 'count(contacts.score_share)',
            'max(overall.score_share)', added=5
        ) }} as score_share
    from contacts
    cross join overall
    group by contacts.kind_code
),

final as (
    select
        contacts.contact_id,
        contacts.customer_key,
        contacts.kind_code,
        cast(contacts.score_share as double) as surveyed_share,
        coalesce(cast(contacts.score_share as double), kinds.score_share) as inferred_share
    from contacts
    inner join kinds on contacts.kind_code = kinds.kind_code
)

select * from final
