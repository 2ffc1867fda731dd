-- The kind of customer each one is (ml/clustering), as one more scheme: on every day that segments
-- are told of by the clustering that holds, and what the one before it would call the same customer
-- on the same day. Whoever is in no population has none.
-- Grain: one row per customer_key, as_of_date.
with

days as (
    select * from {{ source('audit', 'segment_days') }}
),

customers as (
    select
        snapshots.customer_key,
        snapshots.as_of_date,
        days.is_eve
    from {{ ref('int_customer_snapshot') }} as snapshots
    inner join days on snapshots.as_of_date = days.as_of_date
),

members as (
    select * from {{ source('clusters', 'members') }}
),

clusterings as (
    select distinct
        clustering_code,
        fitted_date,
        earlier_fitted_date
    from {{ source('clusters', 'cards') }}
),

final as (
    select
        customers.customer_key,
        customers.as_of_date,
        customers.is_eve,
        'cluster' as scheme_code,
        {{ cluster_code('members.clustering_code', 'members.cluster_number') }} as segment_code,
        coalesce(members.rule_code, 'not_clustered') as rule_code,
        case
            when clusterings.earlier_fitted_date is not null
                then {{ cluster_code('members.clustering_code', 'members.earlier_number') }}
        end as earlier_segment_code,
        clusterings.earlier_fitted_date,
        clusterings.fitted_date,
        members.clustering_code,
        members.clustering_version as rule_version
    from customers
    left join members
        on
            customers.customer_key = members.customer_key
            and customers.as_of_date = members.as_of_date
    left join clusterings on members.clustering_code = clusterings.clustering_code
)

select * from final
