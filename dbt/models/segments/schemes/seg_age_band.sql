-- Age bands with the marketing objective of each; the bands are a seed that people edit. A customer
-- changes band on the birthday itself. Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

profiles as (
    select
        snapshots.*,
        {{ party_group('is_business', 'is_government') }} <> 'consumer' as is_organisation
    from ({{ stale_snapshots(ref('ind_profile')) }}) as snapshots
),

bands as (
    select * from {{ ref('age_bands') }}
),

final as (
    select
        profiles.customer_key,
        profiles.as_of_date,
        case
            when profiles.is_organisation then 'organisation'
            else coalesce(bands.segment_code, 'unknown')
        end as segment_code,
        case
            when profiles.is_organisation then 'has_no_age'
            when bands.segment_code is null then 'birth_date_unknown'
            else 'age_in_band'
        end as rule_code,
        case when not profiles.is_organisation then bands.objective_code end as objective_code,
        profiles._version
    from profiles
    left join bands
        on profiles.age_years >= bands.from_years and profiles.age_years <= bands.to_years
)

select * from final
