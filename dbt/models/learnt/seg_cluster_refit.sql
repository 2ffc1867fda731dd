-- What the last refit of the clusters renamed: the kind each customer of today is by the clustering
-- before and by the one that holds. Nobody moved. Grain: one row per customer_key.
{{ config(materialized='view') }}
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

final as (
    select
        members.customer_key,
        members.scheme_code,
        members.earlier_segment_code as from_segment_code,
        members.segment_code as to_segment_code,
        members.earlier_fitted_date as since_date,
        members.fitted_date as changed_date,
        members.rule_version,
        members.as_of_date
    from {{ ref('seg_cluster') }} as members
    inner join run_context on members.as_of_date = run_context.as_of_date
    where members.earlier_segment_code is not null
)

select * from final
