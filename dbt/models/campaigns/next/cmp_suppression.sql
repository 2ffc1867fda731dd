-- Who must be in no outbound list, whatever the score, and why.
-- Grain: one row per customer_key, suppression_code.
with

name_findings as (
    select * from {{ ref('dq_name_quality') }}
),

-- a misspelt name is unforgivable: it is put right or settled before anybody calls
final as (
    select distinct
        customer_key,
        'name_unresolved' as suppression_code
    from name_findings
    where severity_level = 1 and not is_resolved
)

select * from final
