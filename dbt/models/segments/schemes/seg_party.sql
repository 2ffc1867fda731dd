-- Consumers, businesses and government bodies apart: they buy for different reasons and are never
-- judged together. Grain: one row per customer_key, as_of_date.
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
            when is_consumer is null then 'unknown'
            else {{ party_group('is_business', 'is_government') }}
        end as segment_code,
        case when is_consumer is null then 'not_in_crm' else 'party_type' end as rule_code,
        _version
    from profiles
)

select * from final
