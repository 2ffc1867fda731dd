-- Tiers by profit that are not left at the first wobble: core brings the first half of the profit,
-- high up to four fifths, general the rest. A border counts as crossed when the share lies beyond
-- it by the seed's margin, or has lain beyond it at two month ends in a row. When it was crossed
-- last follows from the snapshots alone, so it does not matter on which days runs happened.
-- Grain: one row per customer_key, as_of_date.
with

snapshots as (
    select * from {{ source('audit', 'snapshots') }}
),

-- margin of 365 days
indicators as (
    {{ indicator_value(301010212) }}
),

margins as (
    select
        worth.customer_key,
        worth.as_of_date,
        snapshots.is_month_end,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group,
        cast(worth.indicator_value as decimal(18, 2)) as margin_yuan
    from indicators as worth
    inner join snapshots on worth.as_of_date = snapshots.as_of_date
    inner join {{ ref('ind_profile') }} as profile
        on worth.customer_key = profile.customer_key and worth.as_of_date = profile.as_of_date
),

bands as (
    select
        *,
        row_number() over (order by from_share asc nulls last) as band_number
    from {{ ref('share_bands') }}
    where scheme_code = 'value_tier'
),

banded as (
    {{ share_banded(
        'margins', 'margin_yuan', 'as_of_date, party_group', ref('share_bands'), 'value_tier'
    ) }}
),

placed as (
    select
        banded.customer_key,
        banded.as_of_date,
        banded.is_month_end,
        bands.band_number,
        banded.share_before < bands.from_share as is_above,
        abs(banded.share_before - bands.from_share) >= least(
            bands.leave_margin_share, 1 - bands.from_share
        ) as is_clear,
        row_number() over (
            partition by banded.customer_key, bands.band_number
            order by banded.as_of_date asc nulls last
        ) as visit_number
    from banded
    inner join bands on bands.from_share > 0
),

crossings as (
    select
        *,
        visit_number = 1
        or is_clear
        or (
            is_month_end
            and is_above = lag(is_above) over (
                partition by customer_key, band_number order by as_of_date asc nulls last
            )
        ) as is_settled
    from placed
),

-- the side of the last settled visit: visits are numbered, so the largest of 2 n + side tells it
sides as (
    select
        *,
        mod(
            max(case when is_settled then 2 * visit_number + cast(is_above as integer) end) over (
                partition by customer_key, band_number
                order by as_of_date asc nulls last
                rows between unbounded preceding and current row
            ), 2
        ) as is_held_above
    from crossings
),

moves as (
    select
        *,
        is_held_above <> lag(is_held_above) over (
            partition by customer_key, band_number order by as_of_date asc nulls last
        ) as has_moved
    from sides
),

tiers as (
    select
        customer_key,
        as_of_date,
        1 + count(*) - sum(is_held_above) as band_number,
        coalesce(bool_or(has_moved), false) as has_moved,
        coalesce(bool_or(has_moved and is_clear), false) as is_clear
    from moves
    group by customer_key, as_of_date
),

final as (
    select
        banded.customer_key,
        banded.as_of_date,
        bands.segment_code,
        case
            when banded.margin_yuan is null then 'no_account'
            when banded.margin_yuan <= 0 then 'no_profit'
            when tiers.has_moved and tiers.is_clear then 'beyond_margin'
            when tiers.has_moved then 'two_month_ends'
            when banded.band_code <> bands.segment_code then 'held_near_border'
            else 'share_of_profit'
        end as rule_code,
        banded.band_code,
        banded.party_group,
        banded.margin_yuan,
        banded.share_before as profit_share_before
    from banded
    inner join tiers
        on banded.customer_key = tiers.customer_key and banded.as_of_date = tiers.as_of_date
    inner join bands on tiers.band_number = bands.band_number
)

select * from final
