-- Every indicator with its code, unit and meaning, as its ind_ model declares it.
-- Grain: one row per indicator_code.
{{ config(materialized='table', schema='marts') }}
with

declared as (
    {% for entry in catalogued_indicators() -%}
    {%- set code = entry.indicator_code | string -%}
    select
        cast({{ code }} as bigint) as indicator_code,
        '{{ entry.name }}' as indicator_name,
        '{{ entry.table }}' as table_name,
        {{ code[:3] }} as subject_code,
        '{{ indicator_subjects('all')[code[:3]] }}' as subject_name,
        '{{ entry.grain }}' as grain_code,
        '{{ entry.unit_code }}' as unit_code,
        '{{ entry.kind_code }}' as kind_code,
        {{ indicator_windows()[code[7:]] }} as window_days,
        '{{ entry.direction_code }}' as direction_code,
        {{ entry.is_sensitive | lower }} as is_sensitive,
        {{ quoted(entry.known_when) }} as known_when,
        {{ quoted(entry.label_en) }} as label_en,
        '{{ entry.label_zh }}' as label_zh,
        '{{ entry.rule }}' as group_rule_code,
        '{{ entry.owner }}' as owner
    {{ 'union all' if not loop.last }}
    {% else -%}
    select null as indicator_code
    {% endfor %}
),

-- the definition in force on the run's day
versions as (
    select * from {{ ref('dim_indicator_version') }}
    where is_in_force
),

final as (
    select
        declared.*,
        versions.version_number,
        versions.valid_from,
        versions.valid_to,
        versions.expression,
        versions.formula
    from declared
    inner join versions on declared.indicator_code = versions.indicator_code
)

select * from final
