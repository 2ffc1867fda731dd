-- Every known indicator value of an account under its code, in one long shape for reports; a
-- missing value has no row. A view: the values are stored once, in the ind_ tables.
-- Grain: one row per account_id, as_of_date, indicator_code.
{{ config(materialized='view') }}
{%- for subject in indicator_subjects('account').values() %}
-- depends_on: {{ ref('ind_' ~ subject) }}
{%- endfor %}
with

indicators as (
    select * from {{ ref('dim_indicator') }}
),

named as (
    {{ long_values('account', 'account_id') }}
),

final as (
    select
        named.account_id,
        named.as_of_date,
        indicators.indicator_code,
        named.indicator_name,
        named.indicator_value
    from named
    inner join indicators on named.indicator_name = indicators.indicator_name
)

select * from final
