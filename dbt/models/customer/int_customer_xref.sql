-- Which customer every source record belongs to. Grain: one row per source_name, entity, source_id.
{{ config(materialized='view') }}

with

xref as (
    select * from {{ source('identity', 'customer_xref') }}
),

final as (
    select
        source_name,
        entity,
        source_id,
        customer_key,
        rule_code,
        valid_from,
        valid_to,
        confidence
    from xref
)

select * from final
