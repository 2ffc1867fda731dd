"""The layout of measured effects in the lake: what `ml/` writes and dbt reads.

What does not belong here: measuring.
"""

from pathlib import Path

import pyarrow as pa

UPLIFT = pa.schema(
    [
        ("offer_code", pa.string()),
        ("objective_code", pa.string()),
        ("family_code", pa.string()),
        ("ranking_code", pa.string()),
        ("decile", pa.int32()),
        ("customers_count", pa.int64()),
        ("treated_count", pa.int64()),
        ("treated_responses_count", pa.int64()),
        ("control_count", pa.int64()),
        ("control_responses_count", pa.int64()),
        ("predicted_share", pa.float64()),
        ("uplift_itt_share", pa.float64()),
        ("uplift_itt_ci_low_share", pa.float64()),
        ("uplift_itt_ci_high_share", pa.float64()),
        ("list_margin_itt_yuan", pa.float64()),
        ("list_margin_itt_ci_low_yuan", pa.float64()),
        ("list_margin_itt_ci_high_yuan", pa.float64()),
        ("overall_itt_share", pa.float64()),
        ("qini_itt_share", pa.float64()),
        ("qini_itt_ci_low_share", pa.float64()),
        ("qini_itt_ci_high_share", pa.float64()),
        ("qini_over_response_itt_share", pa.float64()),
        ("qini_over_response_itt_ci_low_share", pa.float64()),
        ("qini_over_response_itt_ci_high_share", pa.float64()),
        ("campaigns_count", pa.int64()),
        ("window_from", pa.date32()),
        ("window_to", pa.date32()),
    ]
)
LAYOUTS = {"uplift": UPLIFT}


def effects_file(lake: Path, name: str) -> Path:
    """Where a table of effects lies."""
    return lake / "effects" / f"{name}.parquet"


def empty_files(lake: Path) -> dict[Path, pa.Schema]:
    """What lies there before the first result does."""
    return {effects_file(lake, name): layout for name, layout in LAYOUTS.items()}
