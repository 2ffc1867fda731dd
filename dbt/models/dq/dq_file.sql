-- What arrived and what became of it, replaced versions included: the ledger as a table.
-- Grain: one row per file_id.
with

files as (
    select * from {{ source('audit', 'files') }}
),

final as (
    select
        source_name,
        table_name,
        business_date,
        part_code,
        file_id,
        file_name,
        state_code,
        reason_code,
        size_bytes,
        records_in_count,
        loaded_count,
        quarantined_count,
        deduplicated_count,
        superseded_count
    from files
)

select * from final
