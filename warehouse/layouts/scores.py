"""The layout of scores in the lake: what models write and dbt reads.

An empty, typed file of each kind lies there before the first model does, so that dbt's file
patterns always match. What does not belong here: scoring.
"""

from pathlib import Path

import pyarrow as pa

from warehouse.files import write_parquet

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
NOBODY = "_nobody"
"""Stands for the offer of the empty files; no offer can be called that."""
BEFORE_ALL = "1900-01-01"


def scores_file(lake: Path, offer: str, as_of: object) -> Path:
    """Where the scores of an offer as of a day lie."""
    return lake / "scores" / offer / f"as_of_date={as_of}" / "scores.parquet"


def evaluation_file(lake: Path, offer: str) -> Path:
    """Where the evaluation of an offer's champion lies."""
    return lake / "scores_evaluation" / offer / "evaluation.parquet"


def write_empty(lake: Path) -> None:
    """Write the empty files."""
    write_parquet(SCORES.empty_table(), scores_file(lake, NOBODY, BEFORE_ALL))
    write_parquet(EVALUATION.empty_table(), evaluation_file(lake, NOBODY))
