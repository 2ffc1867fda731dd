-- ABC classes by turnover of a year: A brings the first 70 percent, B the next 20, C the rest.
-- Nobody with refunds beyond bills can push others up. Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

turnovers as (
    select
        worth.customer_key,
        worth.as_of_date,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group,
        cast(worth.billed_yuan_365d as decimal(18, 2)) as billed_yuan,
        worth._version
    from ({{ stale_snapshots(ref('ind_value')) }}) as worth
    inner join {{ ref('ind_profile') }} as profile
        on worth.customer_key = profile.customer_key and worth.as_of_date = profile.as_of_date
),

classed as (
    {{ share_banded(
        'turnovers', 'billed_yuan', 'as_of_date, party_group', ref('share_bands'), 'abc'
    ) }}
),

final as (
    select
        customer_key,
        as_of_date,
        case when billed_yuan is null then 'none' else band_code end as segment_code,
        case
            when billed_yuan is null then 'no_account'
            when billed_yuan <= 0 then 'no_turnover'
            else 'share_of_turnover'
        end as rule_code,
        party_group,
        billed_yuan,
        share_before as turnover_share_before,
        _version
    from classed
)

select * from final
