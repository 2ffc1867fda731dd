-- How every indicator is spread over the customers of every segment: as of the run's day and of the
-- month end before it, both in the segments of the run's day, so that a change is one of behaviour
-- and not of who is in the segment. Not for publication: small groups stand here as they are.
-- Grain: one row per as_of_date, scheme_code, segment_code, indicator_name.
{%- for subject in indicator_subjects().values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

{{ compared_segments() }},

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
