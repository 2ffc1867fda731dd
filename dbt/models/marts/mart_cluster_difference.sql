-- How far each kind of customer lies from everybody's mean, indicator by indicator: what the words
-- of mart_cluster_card say in numbers. Grain: one row per cluster_code, indicator_name.
with

differences as (
    select
        *,
        concat(
            clustering_code, '_', cast(cluster_number as {{ dbt.type_string() }})
        ) as cluster_code
    from {{ source('clusters', 'differences') }}
),

cards as (
    select * from {{ ref('mart_cluster_card') }}
    where not is_suppressed
),

indicators as (
    select * from {{ ref('dim_indicator') }}
),

final as (
    select
        cards.cluster_code,
        differences.indicator_name,
        cast(differences.difference_rank as integer) as difference_rank,
        indicators.label_en,
        indicators.label_zh,
        differences.difference_z,
        differences.difference_code,
        cards.as_of_date
    from differences
    inner join cards on differences.cluster_code = cards.cluster_code
    inner join indicators on differences.indicator_name = indicators.indicator_name
)

select * from final
