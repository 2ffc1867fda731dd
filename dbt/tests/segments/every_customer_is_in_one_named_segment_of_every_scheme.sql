-- Each scheme covers all customers of today, and only with segments that have a label.
with

schemes as (
    select distinct scheme_code from {{ ref('segment_labels') }}
),

expected as (
    select
        snapshots.customer_key,
        schemes.scheme_code
    from {{ ref('int_customer_snapshot') }} as snapshots
    inner join {{ source('audit', 'run_context') }} as run_context
        on snapshots.as_of_date = run_context.as_of_date
    cross join schemes
)

select
    expected.customer_key,
    expected.scheme_code,
    members.segment_code
from expected
left join {{ ref('seg_membership') }} as members
    on
        expected.customer_key = members.customer_key
        and expected.scheme_code = members.scheme_code
        and members.is_current
left join {{ ref('segment_labels') }} as labels
    on
        members.scheme_code = labels.scheme_code
        and members.segment_code = labels.segment_code
where labels.segment_code is null
