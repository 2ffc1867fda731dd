"""The layout of scores in the lake: what models write and dbt reads.

What does not belong here: scoring.
"""

from pathlib import Path

import pyarrow as pa

SCORES = pa.schema(
    [
        ("offer_code", pa.string()),
        ("objective_code", pa.string()),
        ("customer_key", pa.string()),
        ("as_of_date", pa.date32()),
        ("p_response", pa.float64()),
        ("p_raw", pa.float64()),
        ("decile", pa.int32()),
        ("score_rank", pa.int64()),
        ("model_version", pa.string()),
        ("method_code", pa.string()),
        ("reason_codes", pa.string()),
        ("reasons_en", pa.string()),
        ("reasons_zh", pa.string()),
    ]
)
REASONS = ("reason_codes", "reasons_en", "reasons_zh")
EVALUATION = pa.schema(
    [
        ("offer_code", pa.string()),
        ("model_version", pa.string()),
        ("decile", pa.int32()),
        ("customers_count", pa.int64()),
        ("mean_predicted_share", pa.float64()),
        ("observed_share", pa.float64()),
        ("lift", pa.float64()),
        ("auc", pa.float64()),
        ("brier_score", pa.float64()),
        ("calibration_error", pa.float64()),
        ("window_from", pa.date32()),
        ("window_to", pa.date32()),
        ("holdout_kind", pa.string()),
    ]
)
MONITORING = pa.schema(
    [
        ("offer_code", pa.string()),
        ("model_version", pa.string()),
        ("method_code", pa.string()),
        ("week_date", pa.date32()),
        ("scored_as_of_date", pa.date32()),
        ("as_of_date", pa.date32()),
        ("customers_count", pa.int64()),
        ("matured_count", pa.int64()),
        ("positives_count", pa.int64()),
        ("predicted_share", pa.float64()),
        ("observed_share", pa.float64()),
        ("gap_share", pa.float64()),
        ("gap_ci_low_share", pa.float64()),
        ("gap_ci_high_share", pa.float64()),
        ("lift", pa.float64()),
        ("auc", pa.float64()),
        ("auc_ci_low", pa.float64()),
        ("auc_ci_high", pa.float64()),
        ("score_drift_index", pa.float64()),
        ("indicator_drift_index", pa.float64()),
        ("drifted_indicator_name", pa.string()),
        ("state_code", pa.string()),
        ("reason_code", pa.string()),
    ]
)
NOBODY = "_nobody"
"""Stands for the offer of the empty files; no offer can be called that."""
BEFORE_ALL = "1900-01-01"


def scores_file(lake: Path, offer: str, as_of: object) -> Path:
    """Where the scores of an offer as of a day lie."""
    return lake / "scores" / offer / f"as_of_date={as_of}" / "scores.parquet"


def served_file(lake: Path, offer: str, as_of: object) -> Path:
    """Where the note lies about whose scores of a day these are and how far people have moved."""
    return scores_file(lake, offer, as_of).with_name("served.json")


def monitoring_file(lake: Path, offer: str) -> Path:
    """Where the judgement of an offer's weeks in service lies."""
    return lake / "scores_monitoring" / offer / "monitoring.parquet"


def evaluation_file(lake: Path, offer: str) -> Path:
    """Where the evaluation of an offer's champion lies."""
    return lake / "scores_evaluation" / offer / "evaluation.parquet"


def empty_files(lake: Path) -> dict[Path, pa.Schema]:
    """What lies there before the first model does."""
    return {
        scores_file(lake, NOBODY, BEFORE_ALL): SCORES,
        evaluation_file(lake, NOBODY): EVALUATION,
        monitoring_file(lake, NOBODY): MONITORING,
    }
