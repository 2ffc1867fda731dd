-- What became of every record of every delivered file. Grain: one row per file_id.
with

accounting as (
    select * from {{ source('audit', 'file_accounting') }}
),

final as (
    select
        file_id,
        source_name,
        table_name,
        business_date,
        file_state as state_code,
        reason_code,
        coalesce(records_in, 0) as records_in_count,
        coalesce(loaded, 0) as loaded_count,
        coalesce(quarantined, 0) as quarantined_count,
        coalesce(deduplicated, 0) as deduplicated_count,
        coalesce(superseded, 0) as superseded_count,
        coalesce(records_in, 0) - coalesce(loaded, 0) - coalesce(quarantined, 0)
        - coalesce(deduplicated, 0) - coalesce(superseded, 0) as residue_count
    from accounting
)

select * from final
