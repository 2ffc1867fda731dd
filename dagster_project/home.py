"""Dagster's own folder: its configuration, and tidying up after a run that was killed.

What does not belong here: definitions.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from dagster import DagsterRunStatus, RunsFilter

from warehouse.errors import RapportError
from warehouse.settings import Settings

TEMPLATE = Path(__file__).with_name("dagster.yaml")
UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def prepare(settings: Settings) -> dict[str, str]:
    """Write `dagster.yaml` and return the environment Dagster and our definitions need."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    configuration = TEMPLATE.read_text().replace("<DAGSTER_HOME>", str(settings.dagster_home))
    (settings.dagster_home / "dagster.yaml").write_text(configuration)
    return {
        "DAGSTER_HOME": str(settings.dagster_home),
        "RAPPORT_HOME": str(settings.home),
        "DO_NOT_TRACK": "1",
        "MPLCONFIGDIR": str(settings.home / "cache" / "matplotlib"),  # else it writes to ~/.cache
    }


@contextmanager
def instance(settings: Settings) -> Iterator[dg.DagsterInstance]:
    """Dagster's instance, refused when its pools are not limited."""
    environment = prepare(settings)
    os.environ.setdefault("MPLCONFIGDIR", environment["MPLCONFIGDIR"])
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as found:
        limit = found.global_op_concurrency_default_limit
        if limit != 1:
            raise RapportError("RP-3015", pool_limit=limit)
        yield found


def unfinished_runs(found: dg.DagsterInstance) -> list[str]:
    """Runs that have begun and not ended, as far as the history knows."""
    return sorted(run.run_id for run in found.get_runs(RunsFilter(statuses=UNFINISHED)))


def end_lost_runs(found: dg.DagsterInstance, run_ids: Iterable[str]) -> None:
    """End runs whose process is gone; the caller holds the lease, so none of them is at work."""
    for run_id in run_ids:
        run = found.get_run_by_id(run_id)
        if run and run.status in UNFINISHED:
            found.report_run_failed(run, "The process ended without a word; ended by the next run.")
        found.event_log_storage.free_concurrency_slots_for_run(run_id)
