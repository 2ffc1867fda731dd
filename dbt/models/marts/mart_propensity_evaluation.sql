-- How well the models in use ranked customers they had not seen.
-- Grain: one row per offer_code, decile.
with

evaluation as (
    select * from {{ source('scores', 'scores_evaluation') }}
),

final as (
    select
        offer_code,
        cast(decile as integer) as decile,
        model_version,
        cast(customers_count as bigint) as customers_count,
        mean_predicted_share,
        observed_share,
        lift,
        auc,
        brier_score,
        calibration_error,
        window_from,
        window_to,
        holdout_kind
    from evaluation
)

select * from final
