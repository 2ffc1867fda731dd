-- How satisfied each segment was with the contacts of a year: what was said in surveys, and what
-- all would have said, contacts nobody rated counting as those that went alike, because those
-- who answer are not like the others. Grain: one row per scheme_code, segment_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

opinions as (
    select * from {{ ref('int_contact_opinion') }}
),

members as (
    select * from {{ ref('seg_membership') }}
    where is_current
),

counted as (
    select
        members.scheme_code,
        members.segment_code,
        count(distinct opinions.customer_key) as customers_count,
        count(distinct case when opinions.surveyed_share is not null then opinions.customer_key end)
            as surveyed_customers_count,
        count(*) as contacts_count,
        count(opinions.surveyed_share) as surveys_count,
        cast(avg({{ exact('opinions.surveyed_share') }}) as double) as surveyed_share,
        cast(avg({{ exact('opinions.inferred_share') }}) as double) as inferred_share
    from opinions
    inner join members on opinions.customer_key = members.customer_key
    group by members.scheme_code, members.segment_code
),

judged as (
    {{ small_groups_marked('counted', 'surveyed_customers_count', 'scheme_code', 'segment_code') }}
),

final as (
    select
        judged.scheme_code,
        judged.segment_code,
        judged.is_suppressed,
        {{ unless_suppressed('judged', [
            'customers_count', 'surveyed_customers_count', 'contacts_count', 'surveys_count',
            'surveyed_share', 'inferred_share',
        ]) }},
        run_context.as_of_date
    from judged
    cross join run_context
)

select * from final
