-- Every known indicator value under its code, in one long shape for reports; a missing value has
-- no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per customer_key, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects().values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

indicators as (
    select * from {{ ref('dim_indicator') }}
),

{% for table, entries in catalogued_indicators() | selectattr('grain', 'equalto', 'customer') | groupby('table') -%}
{{ table }} as (
    select customer_key, as_of_date, indicator_name, indicator_value
    from {{ ref(table) }}
    unpivot (
        indicator_value for indicator_name in ({{ entries | map(attribute='name') | join(', ') }})
    )
),

{% endfor -%}
named as (
    {% for table, entries in catalogued_indicators() | selectattr('grain', 'equalto', 'customer') | groupby('table') -%}
    select * from {{ table }}
    {{ 'union all' if not loop.last }}
    {% else -%}
    select null as customer_key, null as as_of_date, null as indicator_name, null as indicator_value
    {% endfor %}
),

final as (
    select
        named.customer_key,
        named.as_of_date,
        indicators.indicator_code,
        named.indicator_name,
        named.indicator_value
    from named
    inner join indicators on named.indicator_name = indicators.indicator_name
)

select * from final
