-- Assignments of one record follow each other without gap or overlap, and the last one holds today.
-- Grain: one row per source_name, entity, source_id, valid_from that breaks it.
with

assignments as (
    select
        source_name,
        entity,
        source_id,
        valid_from,
        valid_to,
        lead(valid_from) over (
            partition by source_name, entity, source_id
            order by valid_from asc nulls last
        ) as next_from
    from {{ source('identity', 'customer_xref') }}
),

today as (
    select
        source_name,
        entity,
        source_id
    from {{ ref('int_customer_xref') }}
),

final as (
    select assignments.*
    from assignments
    left join today
        on
            assignments.source_name = today.source_name
            and assignments.entity = today.entity
            and assignments.source_id = today.source_id
    where
        assignments.valid_from >= assignments.valid_to
        or assignments.valid_to <> coalesce(assignments.next_from, date '9999-12-31')
        or today.source_id is null
)

select * from final
