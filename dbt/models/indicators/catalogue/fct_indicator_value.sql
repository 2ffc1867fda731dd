-- Every known indicator value of a customer under its code, in one long shape for reports; a
-- missing value has no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per customer_key, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects('customer').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

indicators as (
    select * from {{ ref('dim_indicator') }}
),

named as (
    {{ long_values('customer', 'customer_key') }}
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
