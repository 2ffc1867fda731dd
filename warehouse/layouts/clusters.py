"""The layout of clusters in the lake: what `ml/clustering` writes and dbt reads.

What does not belong here: clustering.
"""

from pathlib import Path

import pyarrow as pa

from warehouse.layouts.scores import NOBODY

_COMMON = [
    ("clustering_code", pa.string()),
    ("clustering_version", pa.string()),
    ("cluster_number", pa.int32()),
]
MEMBERS = pa.schema(
    [
        *_COMMON,
        ("customer_key", pa.string()),
        ("as_of_date", pa.date32()),
        ("rule_code", pa.string()),
        ("earlier_number", pa.int32()),
    ]
)
CARDS = pa.schema(
    [
        *_COMMON,
        ("fitted_date", pa.date32()),
        ("earlier_fitted_date", pa.date32()),
        ("clusters_count", pa.int32()),
        ("stability", pa.float64()),
        ("silhouette", pa.float64()),
        ("summary_en", pa.string()),
        ("summary_zh", pa.string()),
    ]
)
DIFFERENCES = pa.schema(
    [
        *_COMMON,
        ("indicator_name", pa.string()),
        ("difference_rank", pa.int32()),
        ("difference_z", pa.float64()),
        ("difference_code", pa.string()),
    ]
)


SCHEMAS = {"members": MEMBERS, "cards": CARDS, "differences": DIFFERENCES}


def table_file(lake: Path, clustering: str, table: str) -> Path:
    """Where one of the tables of a clustering lies."""
    return lake / "clusters" / clustering / f"{table}.parquet"


def empty_files(lake: Path) -> dict[Path, pa.Schema]:
    """What lies there before the first clustering does."""
    return {table_file(lake, NOBODY, table): schema for table, schema in SCHEMAS.items()}
