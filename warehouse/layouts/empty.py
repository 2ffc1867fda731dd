"""Empty, typed files where no result lies yet, so that dbt's file patterns always match.

What does not belong here: the layouts themselves (their modules).
"""

from pathlib import Path

from warehouse.files import write_parquet
from warehouse.layouts import clusters, effects, scores, value
from warehouse.layouts.scores import NOBODY


def write_empty(lake: Path) -> None:
    """Write what is missing; nobody's files anew, because a layout may have grown."""
    for layout in (scores, effects, value, clusters):
        for path, schema in layout.empty_files(lake).items():
            if NOBODY in path.parts or not path.exists():
                write_parquet(schema.empty_table(), path)
