"""The layout of what customers will buy, in the lake: what `ml/` writes and dbt reads.

What does not belong here: forecasts.
"""

from pathlib import Path

import pyarrow as pa

PURCHASES = pa.schema(
    [
        ("customer_key", pa.string()),
        ("as_of_date", pa.date32()),
        ("purchases_count", pa.int64()),
        ("last_purchase_date", pa.date32()),
        ("alive_share", pa.float64()),
        ("expected_purchases_90d", pa.float64()),
        ("expected_purchase_yuan", pa.float64()),
        ("holdout_ratio", pa.float64()),
    ]
)


def purchases_file(lake: Path) -> Path:
    """Where the expected purchases of customers lie."""
    return lake / "value" / "purchases.parquet"


def empty_files(lake: Path) -> dict[Path, pa.Schema]:
    """What lies there before the first result does."""
    return {purchases_file(lake): PURCHASES}
