-- Every known indicator value of a customer under its code, in one long shape for reports; a
-- missing value has no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per customer_key, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects('customer').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

{{ long_values('customer', 'customer_key') }}

select * from final
