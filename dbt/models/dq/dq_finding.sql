-- What the monitors find unusual about the deliveries, and whether somebody let it pass.
-- Grain: one row per finding_id.
with

findings as (
    select * from {{ source('audit', 'findings') }}
),

final as (
    select
        finding_id,
        source_name,
        table_name,
        business_date,
        file_id,
        column_name,
        reason_code,
        observed_value,
        usual_value,
        is_stop,
        is_accepted
    from findings
)

select * from final
