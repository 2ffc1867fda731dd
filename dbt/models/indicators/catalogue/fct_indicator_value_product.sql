-- Every known indicator value of a product under its code, in one long shape for reports; a
-- missing value has no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per product_id, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects('product').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

{{ long_values('product', 'product_id') }}

select * from final
