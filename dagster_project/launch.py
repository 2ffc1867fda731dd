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

SHOWN = 5
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class Outcome:
    """How a run ended."""

    run_id: str
    is_green: bool
    message: str = ""
    """The coded line that says what stopped it."""
    is_gate: bool = False
    """Whether a gate or a test stopped it, not a failure."""


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
    """Read from the events what stopped the run; the first step that failed speaks."""
    failures = [event for event in result.all_events if event.is_step_failure]
    if result.success or not failures:
        return Outcome(result.run_id, result.success)
    message = _coded(failures[0]) or _red_tests(failures[0], result)
    return Outcome(result.run_id, False, message, is_gate=message.startswith("RP-20"))


def _coded(failure: dg.DagsterEvent) -> str | None:
    """The message of the error with one of our codes, when there is one."""
    error = failure.step_failure_data.error
    while error is not None:
        if error.cls_name == RapportError.__name__:
            return error.message.split(": ", 1)[-1].strip()
        error = error.cause
    return None


def _red_tests(failure: dg.DagsterEvent, result: dg.ExecuteInProcessResult) -> str:
    """Tests that run beside what they judge raise Dagster's own error, which has no code."""
    red = [
        f"{'.'.join(check.asset_key.path)}.{check.check_name}"
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.blocking and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    if not red:
        return str(RapportError("RP-3014", step=failure.step_key))
    shown = ",".join(red[:SHOWN])
    return str(RapportError("RP-2001", stage=failure.step_key, failed=len(red), checks=shown))
