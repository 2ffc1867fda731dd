-- Which generation changed days that were published before, and why: the ledger as a table.
-- Grain: one row per generation_id, file_id.
with

restatements as (
    select * from {{ source('audit', 'restatements') }}
),

final as (
    select
        generation_id,
        source_name,
        table_name,
        business_date,
        file_id,
        replaced_file_id,
        reason_code,
        late_by_days,
        days_count,
        first_event_date,
        last_event_date,
        is_closed_month
    from restatements
)

select * from final
