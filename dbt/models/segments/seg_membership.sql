-- Which segment of every scheme a customer is in today. A new scheme adds its name to the list.
-- Grain: one row per customer_key, scheme_code.
{%- set schemes = ['age_band', 'region_tier', 'value_tier', 'lifecycle', 'rfm', 'abc'] %}
with

final as (
    {% for scheme in schemes -%}
        select
            customer_key,
            as_of_date,
            '{{ scheme }}' as scheme_code,
            segment_code,
            rule_code
        from {{ ref('seg_' ~ scheme) }}
        {{ 'union all' if not loop.last }}
    {% endfor %}
)

select * from final
