-- Every indicator with its code, unit and meaning, as its ind_ model declares it.
-- Grain: one row per indicator_code.
{{ config(materialized='table', schema='marts') }}
{#- the catalogue must follow the models it describes, though it reads nothing from them -#}
{%- for subject in indicator_subjects().values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

final as (
    {% for entry in catalogued_indicators() -%}
    {%- set code = entry.indicator_code | string -%}
    select
        cast({{ code }} as bigint) as indicator_code,
        '{{ entry.name }}' as indicator_name,
        '{{ entry.table }}' as table_name,
        {{ code[:3] }} as subject_code,
        '{{ indicator_subjects()[code[:3]] }}' as subject_name,
        '{{ entry.grain }}' as grain_code,
        '{{ entry.unit_code }}' as unit_code,
        '{{ entry.kind_code }}' as kind_code,
        {{ indicator_windows()[code[7:]] }} as window_days,
        '{{ entry.direction_code }}' as direction_code,
        {{ entry.is_sensitive | lower }} as is_sensitive,
        '{{ entry.known_when | replace("'", "''") }}' as known_when,
        '{{ entry.label_en | replace("'", "''") }}' as label_en,
        '{{ entry.label_zh }}' as label_zh,
        '{{ entry.expression | string | replace("'", "''") }}' as expression,
        {{ "'" ~ entry.formula ~ "'" if entry.formula else 'cast(null as ' ~ dbt.type_string() ~ ')' }}
            as formula,
        '{{ entry.owner }}' as owner
    {{ 'union all' if not loop.last }}
    {% else -%}
    select null as indicator_code
    {% endfor %}
)

select * from final
