{#
The statistics of a few indicators of one wide table in every segment, as rows: a part of
models/segments/seg_indicator_statistics.sql, whose CTEs compared_days, members and indicators it reads.
What does not belong here: which segments exist, what may be published.

Exact percentiles hold every value of their group in memory, and the batches run one after the other:
with a million customers a batch of three indicators peaks at 2.8 GB, one of five at 4.2 GB and no faster.
Sums are of decimals, because a sum of doubles differs in its last digits from run to run.
#}

{# The run's day and the month end before it, over `run_context`. #}
{% macro day_and_month_end() -%}
    select snapshots.as_of_date
    from {{ source('audit', 'snapshots') }} as snapshots
    cross join run_context
    where
        snapshots.as_of_date = run_context.as_of_date
        or (snapshots.is_month_end and snapshots.as_of_date < run_context.as_of_date)
    qualify row_number() over (order by snapshots.as_of_date desc nulls last) <= 2
{%- endmacro %}

{# What both models of segment statistics compare: CTEs with the run's day and the month end before it,
   and the customers of every segment of the run's day, everybody being the scheme `all`. #}
{% macro compared_segments() -%}
run_context as (
    select * from {{ source('audit', 'run_context') }}
),

compared_days as (
    {{ day_and_month_end() }}
),

members as (
    select
        customer_key,
        scheme_code,
        segment_code
    from {{ ref('seg_membership') }}
    where is_current
    union all
    select
        customer_key,
        'all' as scheme_code,
        'all' as segment_code
    from {{ ref('dim_customer') }}
)
{%- endmacro %}

{% macro indicator_batches(size=3) -%}
    {%- set found = [] -%}
    {%- for table, entries in catalogued_indicators() | selectattr('grain', 'equalto', 'customer') | groupby('table') -%}
        {%- for names in entries | map(attribute='name') | batch(size) -%}
            {%- do found.append({'table': table, 'names': names}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro segment_statistics(table, names) -%}
    {%- set measures = {
        'customers_count': 'count', 'sum_value': 'sum',
        'median_value': list_entry('percentiles', 1), 'p90_value': list_entry('percentiles', 2),
    } -%}
    select
        wide.as_of_date,
        wide.scheme_code,
        wide.segment_code,
        indicators.indicator_name,
        {%- for measure, taken in measures.items() %}
        case indicators.indicator_name
            {%- for name in names %}
            when '{{ name }}' then wide.{{ name }}_{{ taken }}
            {%- endfor %}
        end as {{ measure }}{{ ',' if not loop.last }}
        {%- endfor %}
    from (
        select
            snapshot.as_of_date,
            members.scheme_code,
            members.segment_code,
            {%- for name in names %}
            count(snapshot.{{ name }}) as {{ name }}_count,
            sum({{ exact('snapshot.' ~ name) }}) as {{ name }}_sum,
            {{ median_and_p90('snapshot.' ~ name) }} as {{ name }}_percentiles{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ table }} as snapshot
        inner join compared_days on snapshot.as_of_date = compared_days.as_of_date
        inner join members on snapshot.customer_key = members.customer_key
        group by snapshot.as_of_date, members.scheme_code, members.segment_code
    ) as wide
    inner join indicators on indicators.indicator_name in ('{{ names | join("', '") }}')
{%- endmacro %}
