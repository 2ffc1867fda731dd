-- Age bands with the marketing objective of each; the bands are a seed that people edit.
-- Grain: one row per customer_key.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

profiles as (
    select snapshots.*
    from {{ ref('ind_profile') }} as snapshots
    inner join run_context on snapshots.as_of_date = run_context.as_of_date
),

bands as (
    select * from {{ ref('age_bands') }}
),

final as (
    select
        profiles.customer_key,
        profiles.as_of_date,
        case
            when profiles.is_business = 1 or profiles.is_government = 1 then 'organisation'
            else coalesce(bands.segment_code, 'unknown')
        end as segment_code,
        case
            when profiles.is_business = 1 or profiles.is_government = 1 then 'has_no_age'
            when bands.segment_code is null then 'birth_date_unknown'
            else 'age_in_band'
        end as rule_code,
        case
            when coalesce(profiles.is_business, 0) = 0 and coalesce(profiles.is_government, 0) = 0
                then bands.objective_code
        end as objective_code
    from profiles
    left join bands
        on profiles.age_years >= bands.from_years and profiles.age_years <= bands.to_years
)

select * from final
