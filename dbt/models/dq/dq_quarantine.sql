-- Records set aside: where each stands in which stored file, and why; never a value.
-- Grain: one row per file_id, record_number, reason_code, column_name.
with

set_aside as (
    select * from {{ source('audit', 'set_aside') }}
),

final as (
    select
        source_name,
        table_name,
        business_date,
        file_id,
        record_number,
        reason_code,
        coalesce(column_name, '') as column_name
    from set_aside
)

select * from final
