-- How complete each source table is, seen from the day of the run.
-- Grain: one row per source_name, table_name.
with

freshness as (
    select * from {{ source('audit', 'freshness') }}
),

final as (
    select
        source_name,
        table_name,
        as_of_date,
        is_required,
        is_complete,
        first_date,
        last_date,
        missing_days_count,
        first_missing_date
    from freshness
)

select * from final
