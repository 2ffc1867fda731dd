"""How a run ended, read from Dagster's own history: well, stopped by a gate, or failed.

What does not belong here: what to do about it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import dagster as dg

from warehouse.errors import RapportError

SHOWN = 5
"""Checks named in a message; all of them stand in the history."""
INTERRUPTED = {"DagsterExecutionInterruptedError", "KeyboardInterrupt"}
WANTED = {
    dg.DagsterEventType.STEP_FAILURE,
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.ASSET_CHECK_EVALUATION,
}


@dataclass(frozen=True)
class Ending:
    """How the run ended and the coded message that says why."""

    state: str
    """`succeeded`, `stopped` by a gate or a test, `interrupted` by a person, or `failed`."""
    message: str = ""


def ending(instance: dg.DagsterInstance, run_id: str) -> Ending:
    """The first step that failed speaks; those after it never started."""
    entries = instance.all_logs(run_id, of_type=WANTED)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    failures = [event for event in events if event.is_step_failure or event.is_job_failure]
    failure = next(iter(failures), None)
    if failure is None:
        return Ending("succeeded")
    if INTERRUPTED & {error.cls_name for error in _chain(failure)}:
        return Ending("interrupted")
    message = _coded(failure) or _red_tests(failure, events)
    return Ending("stopped" if message.startswith("RP-20") else "failed", message)


def _chain(failure: dg.DagsterEvent) -> Iterator[Any]:
    """The error of a step (or of the run around the steps) and those it came from."""
    data = failure.step_failure_data if failure.is_step_failure else failure.job_failure_data
    error = data.error
    while error is not None:
        yield error
        error = error.cause


def _coded(failure: dg.DagsterEvent) -> str | None:
    """The message of the error with one of our codes, when there is one."""
    messages = (e.message for e in _chain(failure) if e.cls_name == RapportError.__name__)
    message = next(messages, None)
    return message and message.split(": ", 1)[-1].strip()


def _red_tests(failure: dg.DagsterEvent, events: list[dg.DagsterEvent]) -> str:
    """Tests that run beside what they judge raise Dagster's own error, which has no code."""
    checks = [
        event.asset_check_evaluation_data
        for event in events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
    ]
    red = [
        f"{'.'.join(check.asset_key.path)}.{check.check_name}"
        for check in checks
        if not check.passed and check.blocking and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    if not red:
        return str(RapportError("RP-3014", step=failure.step_key or "run"))
    shown = ",".join(red[:SHOWN])
    return str(RapportError("RP-2001", stage=failure.step_key, failed=len(red), checks=shown))
