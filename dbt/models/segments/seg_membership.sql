-- Which segment of every scheme a customer was in, from when to when, why it came and why it left.
-- Days are snapshots: every month end and the current day. A new scheme adds its name to the list.
-- Grain: one row per customer_key, scheme_code, valid_from.
{%- set schemes = ['party', 'age_band', 'region_tier', 'value_tier', 'lifecycle', 'rfm', 'abc'] %}
{%- set history =
    'over (partition by customer_key, scheme_code order by as_of_date asc nulls last)'
%}
with

placed as (
    {% for scheme in schemes -%}
        select
            customer_key,
            as_of_date,
            '{{ scheme }}' as scheme_code,
            '{{ rule_version('seg_' ~ scheme) }}' as rule_version,
            segment_code,
            rule_code
        from {{ ref('seg_' ~ scheme) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

followed as (
    select
        *,
        lag(segment_code) {{ history }} as previous_code
    from placed
),

entries as (
    select * from followed
    where previous_code is null or segment_code <> previous_code
),

final as (
    select
        customer_key,
        scheme_code,
        segment_code,
        as_of_date as valid_from,
        coalesce(lead(as_of_date) {{ history }}, date '9999-12-31') as valid_to,
        lead(as_of_date) {{ history }} is null as is_current,
        previous_code as from_segment_code,
        rule_code,
        lead(segment_code) {{ history }} as to_segment_code,
        lead(rule_code) {{ history }} as exit_rule_code,
        rule_version
    from entries
)

select * from final
