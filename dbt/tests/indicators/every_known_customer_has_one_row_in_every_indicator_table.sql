-- Whoever was known on the day of a snapshot is in every ind_ table once, all of CRM's customers.
with

expected as (
    select distinct
        history.customer_key,
        snapshots.as_of_date
    from {{ ref('dim_customer_history') }} as history
    inner join {{ source('audit', 'snapshots') }} as snapshots
        on history.valid_from <= snapshots.as_of_date
),

spine as (
    select
        known.customer_key,
        known.as_of_date
    from {{ ref('int_customer_snapshot') }} as known
    inner join {{ source('audit', 'snapshots') }} as snapshots
        on known.as_of_date = snapshots.as_of_date
),

found as (
    {% for subject in indicator_subjects().values() -%}
        select
            customer_key,
            as_of_date,
            '{{ subject }}' as subject_name
        from {{ ref('ind_' ~ subject) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

counted as (
    select
        spine.customer_key,
        spine.as_of_date,
        count(found.subject_name) as rows_count,
        count(distinct found.subject_name) as subjects_count
    from spine
    left join found
        on spine.customer_key = found.customer_key and spine.as_of_date = found.as_of_date
    group by spine.customer_key, spine.as_of_date
)

select
    customer_key,
    as_of_date
from counted
where
    rows_count <> {{ indicator_subjects() | length }}
    or subjects_count <> {{ indicator_subjects() | length }}
union all
select
    expected.customer_key,
    expected.as_of_date
from expected
left join spine
    on expected.customer_key = spine.customer_key and expected.as_of_date = spine.as_of_date
where spine.customer_key is null
