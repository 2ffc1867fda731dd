"""The code location: everything found in `dagster_project/defs`, one file per stage of the run.

Nothing is registered by hand; a new file in the folder is picked up. What does not belong here:
definitions.
"""

from pathlib import Path

import dagster as dg


@dg.definitions
def defs() -> dg.Definitions:
    """Load the folder; dbt's manifest is made first when it is missing or stale."""
    return dg.load_from_defs_folder(path_within_project=Path(__file__).parent)
