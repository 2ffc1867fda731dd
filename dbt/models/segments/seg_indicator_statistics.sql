-- How every indicator is spread over the customers of every segment: as of the run's day and of the
-- month end before it, both in the segments of the run's day, so that a change is one of behaviour
-- and not of who is in the segment. Not for publication: small groups stand here as they are.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_name.
{%- for subject in indicator_subjects().values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

compared_days as (
    select snapshots.as_of_date
    from {{ source('audit', 'snapshots') }} as snapshots
    cross join run_context
    where
        snapshots.as_of_date = run_context.as_of_date
        or (snapshots.is_month_end and snapshots.as_of_date < run_context.as_of_date)
    qualify row_number() over (order by snapshots.as_of_date desc nulls last) <= 2
),

members as (
    select
        customer_key,
        scheme_code,
        segment_code
    from {{ ref('seg_membership') }}
    union all
    select
        customer_key,
        'all' as scheme_code,
        'all' as segment_code
    from {{ ref('dim_customer') }}
),

indicators as (
    select indicator_name from {{ ref('dim_indicator') }}
),

final as (
    {% for batch in indicator_batches() -%}
    {{ segment_statistics(ref(batch.table), batch.names) }}
    {{ 'union all' if not loop.last }}
    {% else -%}
    select null as as_of_date
    {% endfor %}
)

select * from final
