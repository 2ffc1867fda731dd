-- Every known indicator value of an account under its code, in one long shape for reports; a
-- missing value has no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per account_id, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects('account').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

{{ long_values('account', 'account_id') }}

select * from final
