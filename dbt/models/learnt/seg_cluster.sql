-- The kind of customer each one is (ml/clustering), as one more scheme: as of the run's day and of
-- the month end before it, both by the clustering that holds. Whoever is in no population has none.
-- Grain: one row per customer_key, as_of_date.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

judged_days as (
    {{ day_and_month_end() }}
),

customers as (
    select
        snapshots.customer_key,
        snapshots.as_of_date
    from {{ ref('int_customer_snapshot') }} as snapshots
    inner join judged_days on snapshots.as_of_date = judged_days.as_of_date
),

members as (
    select * from {{ source('clusters', 'members') }}
),

final as (
    select
        customers.customer_key,
        customers.as_of_date,
        case
            when members.cluster_number is null then 'none'
            else concat(
                members.clustering_code,
                '_',
                cast(members.cluster_number as {{ dbt.type_string() }})
            )
        end as segment_code,
        coalesce(members.rule_code, 'not_clustered') as rule_code,
        members.clustering_code,
        members.clustering_version as rule_version
    from customers
    left join members
        on
            customers.customer_key = members.customer_key
            and customers.as_of_date = members.as_of_date
)

select * from final
