-- Tiers by profit (billed less the cost of serving and of contacts) that are not left at the first
-- wobble: core brings the first half of it, high up to four fifths, general the rest. A border
-- counts as crossed when the share lies beyond it by the seed's margin, or has lain beyond it at
-- two month ends in a row. When it was crossed last follows from the snapshots alone, so it does
-- not matter on which days runs happened, and what the eve showed settles nothing but the eve's own
-- tier. Grain: one row per customer_key, as_of_date.
{%- set band = 'customer_key, band_number' %}
{%- set day_number = days_between("date '2000-01-01'", 'as_of_date') %}
with

days as (
    select * from {{ source('audit', 'segment_days') }}
),

-- margin of 365 days
indicators as (
    {{ indicator_value(301010212) }}
),

profits as (
    select
        worth.customer_key,
        worth.as_of_date,
        days.is_month_end,
        days.is_eve,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group,
        cast(
            worth.indicator_value - coalesce(touches.touch_cost_yuan_365d, 0) as decimal(18, 2)
        ) as profit_yuan
    from indicators as worth
    inner join days on worth.as_of_date = days.as_of_date
    inner join {{ ref('ind_profile') }} as profile
        on worth.customer_key = profile.customer_key and worth.as_of_date = profile.as_of_date
    left join {{ ref('int_touch_cost') }} as touches
        on worth.customer_key = touches.customer_key and worth.as_of_date = touches.as_of_date
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
        'profits', 'profit_yuan', 'as_of_date, party_group', ref('share_bands'), 'value_tier'
    ) }}
),

placed as (
    select
        banded.customer_key,
        banded.as_of_date,
        banded.is_month_end,
        banded.is_eve,
        bands.band_number,
        cast(banded.share_before < bands.from_share as integer) as is_above,
        abs(banded.share_before - bands.from_share) >= least(
            bands.leave_margin_share, 1 - bands.from_share
        ) as is_clear
    from banded
    inner join bands on bands.from_share > 0
),

compared as (
    select
        *,
        {{ at_snapshot_before('is_above', band) }} as was_above
    from placed
),

crossings as (
    select
        *,
        was_above is null or is_clear or (is_month_end and is_above = was_above) as is_settled
    from compared
),

-- the side of the last settled visit: the largest of 2 n + side tells it, n being the day's number
sides as (
    select
        *,
        case
            when is_settled then is_above
            else mod(
                max(
                    case when is_settled and not is_eve then 2 * {{ day_number }} + is_above end
                ) over (
                    partition by customer_key, band_number
                    order by as_of_date asc nulls last
                    rows between unbounded preceding and current row
                ), 2
            )
        end as is_held_above
    from crossings
),

moves as (
    select
        *,
        is_held_above <> {{ at_snapshot_before('is_held_above', band) }} as has_moved
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
            when banded.profit_yuan is null then 'no_account'
            when banded.profit_yuan <= 0 then 'no_profit'
            when tiers.has_moved and tiers.is_clear then 'beyond_margin'
            when tiers.has_moved then 'two_month_ends'
            when banded.band_code <> bands.segment_code then 'held_near_border'
            else 'share_of_profit'
        end as rule_code,
        banded.band_code,
        banded.party_group,
        banded.profit_yuan,
        banded.share_before as profit_share_before
    from banded
    inner join tiers
        on banded.customer_key = tiers.customer_key and banded.as_of_date = tiers.as_of_date
    inner join bands on tiers.band_number = bands.band_number
)

select * from final
