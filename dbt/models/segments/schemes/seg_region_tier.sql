-- Market tier of the place of residence; tiers are the seed dim_region.
-- Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

profiles as (
    {{ stale_snapshots(ref('ind_profile')) }}
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
        end as rule_code,
        _version
    from profiles
)

select * from final
