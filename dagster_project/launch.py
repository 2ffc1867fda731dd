"""Starts the full job in this process and says how it ended, for the command line.

What does not belong here: printing, deciding whether to run.
"""

from dataclasses import dataclass
from datetime import date

import dagster as dg

from dagster_project import home
from dagster_project.definitions import defs
from dagster_project.partitions import PARTITION_TAG
from dagster_project.resources import Run
from warehouse.errors import RapportError
from warehouse.settings import Settings

QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    run_id: str
    is_green: bool
    stage: str | None = None
    """Step that stopped it."""
    failed_checks: tuple[str, ...] = ()
    """Blocking checks that did not hold, as `asset.check`."""
    error: str | None = None
    """The coded message when it was not a check that stopped it."""


def run_full(settings: Settings, as_of: date, full_refresh: bool = False) -> Outcome:
    """Run everything as of a date; the caller holds the lease."""
    with home.instance(settings) as instance:
        home.end_lost_runs(instance)
        result = (
            defs()
            .resolve_job_def("full")
            .execute_in_process(
                instance=instance,
                tags={PARTITION_TAG: as_of.isoformat()},
                resources={"run": Run(holds_lease=True, full_refresh=full_refresh)},
                run_config=QUIET,
                raise_on_error=False,
            )
        )
    return outcome(result)


def outcome(result: dg.ExecuteInProcessResult) -> Outcome:
    """Read from the events which step failed and why."""
    failures = [event for event in result.all_events if event.is_step_failure]
    if result.success or not failures:
        return Outcome(result.run_id, result.success)
    checks = tuple(
        f"{'.'.join(check.asset_key.path)}.{check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.blocking and check.severity == dg.AssetCheckSeverity.ERROR
    )
    return Outcome(
        result.run_id, False, failures[0].step_key, checks, None if checks else _coded(failures[0])
    )


def _coded(failure: dg.DagsterEvent) -> str:
    """The message of the innermost error with one of our codes."""
    error = failure.step_failure_data.error
    while error is not None:
        if error.cls_name == RapportError.__name__:
            return error.message.split(": ", 1)[-1].strip()
        error = error.cause
    return "RP-3014 unexpected_error"
