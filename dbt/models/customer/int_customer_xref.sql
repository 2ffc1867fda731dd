-- Which customer every source record belongs to, as known today; where it belonged before stands in
-- the source alone, for facts and snapshots follow the customer of today.
-- Grain: one row per source_name, entity, source_id.
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
        first_known_date,
        valid_from,
        confidence
    from xref
    where valid_to = date '9999-12-31'
)

select * from final
