-- What kinds of customers there are: how many, and in words what is different about them. A kind of
-- too few is hidden together with the next smallest. Grain: one row per cluster_code.
with

run_context as (
    {{ run_since_month_end() }}
),

cards as (
    select
        *,
        concat(
            clustering_code, '_', cast(cluster_number as {{ dbt.type_string() }})
        ) as cluster_code
    from {{ source('clusters', 'cards') }}
),

members as (
    select
        today.customer_key,
        today.segment_code as cluster_code,
        earlier.segment_code as earlier_code
    from {{ ref('seg_cluster') }} as today
    inner join run_context on today.as_of_date = run_context.as_of_date
    left join {{ ref('seg_cluster') }} as earlier
        on
            today.customer_key = earlier.customer_key
            and run_context.month_end_date = earlier.as_of_date
),

counted as (
    select
        cards.clustering_code,
        cards.cluster_code,
        count(members.customer_key) as members_count,
        count(members.customer_key) filter (where members.earlier_code = members.cluster_code)
            as stayed_count
    from cards
    left join members on cards.cluster_code = members.cluster_code
    group by cards.clustering_code, cards.cluster_code
),

judged as (
    {{ small_groups_marked('counted', 'members_count', 'clustering_code', 'cluster_code') }}
),

shown as (
    select
        *,
        cast(members_count as double)
        / nullif(sum(members_count) over (partition by clustering_code), 0) as members_share
    from judged
),

final as (
    select
        cards.cluster_code,
        cards.clustering_code,
        shown.is_suppressed,
        case when not shown.is_suppressed then shown.members_count end as customers_count,
        case when not shown.is_suppressed then shown.members_share end as customers_share,
        case
            when not shown.is_suppressed
                then cast(shown.stayed_count as double) / shown.members_count
        end as stayed_share,
        case when not shown.is_suppressed then cards.summary_en end as summary_en,
        case when not shown.is_suppressed then cards.summary_zh end as summary_zh,
        cast(cards.clusters_count as integer) as clusters_count,
        cards.stability as stability_ari,
        cards.silhouette as silhouette_width,
        cards.fitted_date,
        cards.clustering_version,
        run_context.as_of_date
    from cards
    cross join run_context
    inner join shown on cards.cluster_code = shown.cluster_code
)

select * from final
