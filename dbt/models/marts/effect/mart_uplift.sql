-- Whom contacts changed: effect by tenth of three rankings, measured against random hold-outs.
-- Grain: one row per offer_code, ranking_code, decile.
with

uplift as (
    select * from {{ source('effects', 'uplift') }}
),

-- an arm of a tenth is a group of people like any other
final as (
    select
        offer_code,
        ranking_code,
        cast(decile as integer) as decile,
        objective_code,
        family_code,
        customers_count,
        treated_count,
        treated_responses_count,
        control_count,
        control_responses_count,
        predicted_share,
        uplift_itt_share,
        uplift_itt_ci_low_share,
        uplift_itt_ci_high_share,
        list_margin_itt_yuan,
        list_margin_itt_ci_low_yuan,
        list_margin_itt_ci_high_yuan,
        overall_itt_share,
        qini_itt_share,
        qini_itt_ci_low_share,
        qini_itt_ci_high_share,
        qini_over_response_itt_share,
        qini_over_response_itt_ci_low_share,
        qini_over_response_itt_ci_high_share,
        campaigns_count,
        window_from,
        window_to
    from uplift
    where least(treated_count, control_count) >= {{ smallest_group() }}
)

select * from final
