-- Where every scheme puts a customer on every day that segments are told of: all schemes in one
-- shape. A new scheme adds its name to the list.
-- Grain: one row per customer_key, scheme_code, as_of_date.
{{ config(materialized='view') }}
{%- set schemes = ['party', 'age_band', 'region_tier', 'value_tier', 'lifecycle', 'rfm', 'abc'] %}
with

days as (
    select * from {{ source('audit', 'segment_days') }}
),

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

final as (
    select
        placed.*,
        days.is_eve
    from placed
    inner join days on placed.as_of_date = days.as_of_date
)

select * from final
