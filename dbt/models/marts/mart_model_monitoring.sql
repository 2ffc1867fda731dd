-- What came of the scores that were served, week by week, and whether the model goes on serving.
-- Grain: one row per offer_code, model_version, week_date.
{%- set figures = [
    'predicted_share', 'observed_share', 'gap_share', 'gap_ci_low_share', 'gap_ci_high_share',
    'lift', 'auc', 'auc_ci_low', 'auc_ci_high',
] %}
with

monitoring as (
    select * from {{ source('scores', 'scores_monitoring') }}
),

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

-- an offer that is declared no more leaves its last file behind: only what this run looked at
final as (
    select
        monitoring.offer_code,
        monitoring.model_version,
        monitoring.week_date,
        monitoring.method_code,
        monitoring.scored_as_of_date,
        monitoring.customers_count,
        monitoring.matured_count,
        case
            when {{ large_or_none('monitoring.matured_count') }} = 1
                then monitoring.positives_count
        end as positives_count,
        {% for figure in figures %}
            case
                when monitoring.matured_count >= {{ smallest_group() }}
                    then monitoring.{{ figure }}
            end as {{ figure }},
        {% endfor %}
        monitoring.score_drift_index,
        monitoring.indicator_drift_index,
        monitoring.drifted_indicator_name,
        monitoring.state_code,
        monitoring.reason_code,
        monitoring.as_of_date
    from monitoring
    inner join run_context on monitoring.as_of_date = run_context.as_of_date
    where monitoring.customers_count >= {{ smallest_group() }}
)

select * from final
