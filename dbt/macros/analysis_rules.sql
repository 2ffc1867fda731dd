{#
Limits that people edit, from the seed analysis_rules. What does not belong here: their values.
#}

{# A query with one row and one column for each of the rules named. #}
{% macro analysis_rules(names) -%}
    select
        {%- for name in names %}
        max(case when rule_code = '{{ name }}' then rule_value end) as {{ name }}
        {{- ',' if not loop.last }}
        {%- endfor %}
    from {{ ref('analysis_rules') }}
{%- endmacro %}
