-- Other names people and articles use for an indicator, misspelt ones included ("AUPR" for ARPU).
-- Grain: one row per alias_name, language_code.
{{ config(materialized='table', schema='marts') }}

with

aliases as (
    select * from {{ ref('indicator_aliases') }}
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

final as (
    select
        aliases.alias_name,
        aliases.language_code,
        indicators.indicator_code,
        aliases.indicator_name
    from aliases
    left join indicators on aliases.indicator_name = indicators.indicator_name
)

select * from final
