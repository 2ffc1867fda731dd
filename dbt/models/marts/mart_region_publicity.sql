-- Success of contacts by market tier, with and without publicity before, each against tier 1 under
-- the same condition; and on informed rows how far publicity widens that gap (the interaction).
-- Intervals of differences by Newcombe (1998) method 10, of the difference of two by the same
-- squaring and adding (Zou and Donner 2008, Statistics in Medicine 27, 1693-1702). Small groups are
-- hidden with the next smallest. Grain: one row per region_tier_code, is_informed.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

summed as (
    select
        region_tier_code,
        is_informed,
        count(*) as drawn_count,
        count(distinct customer_key) as people_count,
        count(*) filter (where is_response) as hits_count
    from {{ ref('cmp_publicity') }}
    group by region_tier_code, is_informed
),

shown as (
    select
        *,
        cast(hits_count as double) / drawn_count as hit_share,
        {{ wilson_low('hits_count', 'drawn_count') }} as low_share,
        {{ wilson_high('hits_count', 'drawn_count') }} as high_share
    from (
        {{ small_groups_marked('summed', 'people_count', 'is_informed', 'region_tier_code') }}
    ) as marked
    where not is_suppressed
),

gaps as (
    select
        shown.*,
        shown.hit_share - tier_one.hit_share as gap_share,
        {{ newcombe_bound('shown', 'tier_one', '-') }} as gap_low_share,
        {{ newcombe_bound('shown', 'tier_one', '+') }} as gap_high_share
    from shown
    left join shown as tier_one
        on
            shown.is_informed = tier_one.is_informed
            and tier_one.region_tier_code = 'tier_1'
            and shown.region_tier_code <> 'tier_1'
),

final as (
    select
        gaps.region_tier_code,
        gaps.is_informed,
        gaps.drawn_count as members_count,
        gaps.hits_count as responses_count,
        gaps.hit_share as response_share,
        round(gaps.low_share, 6) as response_ci_low_share,
        round(gaps.high_share, 6) as response_ci_high_share,
        round(gaps.gap_share, 6) as gap_share,
        round(gaps.gap_low_share, 6) as gap_ci_low_share,
        round(gaps.gap_high_share, 6) as gap_ci_high_share,
        round(gaps.gap_share - untold.gap_share, 6) as interaction_share,
        round(gaps.gap_share - untold.gap_share - sqrt(
            power(gaps.gap_share - gaps.gap_low_share, 2)
            + power(untold.gap_high_share - untold.gap_share, 2)
        ), 6) as interaction_ci_low_share,
        round(gaps.gap_share - untold.gap_share + sqrt(
            power(gaps.gap_high_share - gaps.gap_share, 2)
            + power(untold.gap_share - untold.gap_low_share, 2)
        ), 6) as interaction_ci_high_share,
        run_context.as_of_date
    from gaps
    cross join run_context
    left join gaps as untold
        on
            gaps.region_tier_code = untold.region_tier_code
            and gaps.is_informed
            and not untold.is_informed
)

select * from final
