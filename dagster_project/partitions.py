"""The one partitioning: a day is the date everything is seen from (`as_of`).

A backfill is one run as of its last day, because the run takes in every day it finds anyway. What
does not belong here: schedules.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

import dagster as dg

from warehouse.settings import Settings

TIMEZONE = "Asia/Shanghai"
PARTITION_TAG = "dagster/partition"
RANGE_END_TAG = "dagster/asset_partition_range_end"


def daily() -> dg.DailyPartitionsDefinition:
    """Days from the configured start to yesterday."""
    return dg.DailyPartitionsDefinition(
        start_date=Settings().start_date.isoformat(), timezone=TIMEZONE
    )


def partitioned() -> dict[str, Any]:
    """What every asset of the run has in common: partitions, single-run backfill, pool."""
    return {
        "partitions_def": daily(),
        "backfill_policy": dg.BackfillPolicy.single_run(),
        "pool": "duckdb_write",
    }


def as_of(tags: Mapping[str, str]) -> date:
    """The date a run is for, from its tags: its partition, or the last of its range."""
    return date.fromisoformat(tags.get(RANGE_END_TAG) or tags[PARTITION_TAG])
