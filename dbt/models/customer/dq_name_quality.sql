-- What is wrong with a customer's name in each system by its latest record, and what is settled.
-- Grain: one row per customer_key, source_name, rule_code.
with

findings as (
    select * from {{ source('identity', 'name_quality') }}
),

-- several records of one system with the same finding are one row: the latest delivered speaks
final as (
    select
        customer_key,
        source_name,
        rule_code,
        severity_level,
        count(*) over (partition by customer_key, source_name, rule_code) as records_count,
        observed_token,
        canonical_token,
        edit_distance,
        delivered_date,
        is_resolved,
        resolution_code
    from findings
    qualify row_number() over (
        partition by customer_key, source_name, rule_code
        order by
            delivered_date desc nulls last, entity asc nulls last, source_id asc nulls last
    ) = 1
)

select * from final
