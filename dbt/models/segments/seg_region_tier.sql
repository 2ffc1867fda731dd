-- Market tier of the place of residence. Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

profiles as (
    select snapshots.*
    from {{ ref('ind_profile') }} as snapshots
    inner join run_context on snapshots.as_of_date = run_context.as_of_date
),

final as (
    select
        customer_key,
        as_of_date,
        case
            when region_tier is null then 'unknown'
            else concat('tier_', cast(cast(region_tier as integer) as {{ dbt.type_string() }}))
        end as segment_code,
        case
            when region_tier is null then 'region_unknown'
            else 'region_of_residence'
        end as rule_code
    from profiles
)

select * from final
