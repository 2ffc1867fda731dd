"""Starts the full job in this process and says how it ended, for the command line.

What does not belong here: printing, deciding whether to run.
"""

from datetime import date

from dagster import DagsterRunStatus

from dagster_project import home
from dagster_project.definitions import defs
from dagster_project.ending import Ending, ending
from dagster_project.partitions import PARTITION_TAG
from dagster_project.resources import Run
from warehouse.errors import RapportError
from warehouse.settings import Settings

CANCELED = {DagsterRunStatus.CANCELED, DagsterRunStatus.CANCELING}
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
"""Our own log lines are the progress; Dagster's go to its history."""


def run_full(settings: Settings, as_of: date, full_refresh: bool = False) -> Ending:
    """Run everything as of a date; the caller holds the lease.

    The partition is set as a tag: a date that this machine's clock has not reached is as good.
    """
    job = defs().resolve_job_def("full")
    with home.instance(settings) as instance:
        home.end_lost_runs(instance, home.unfinished_runs(instance))
        result = job.execute_in_process(
            instance=instance,
            tags={PARTITION_TAG: as_of.isoformat()},
            resources={"run": Run(holds_lease=True, full_refresh=full_refresh)},
            run_config=QUIET,
            raise_on_error=False,
        )
        ended = ending(instance, result.run_id)
    if ended.state == "interrupted" or result.dagster_run.status in CANCELED:
        raise KeyboardInterrupt  # Dagster keeps the interrupt to itself
    if ended.state == "succeeded" and not result.success:
        return Ending("failed", str(RapportError("RP-3014", step="run")))
    return ended
