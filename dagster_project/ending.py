"""How a run ended, read from Dagster's own history: well, stopped by a gate, or failed.

What does not belong here: what to do about it.
"""

from dataclasses import dataclass

import dagster as dg

from warehouse.errors import RapportError

SHOWN = 5
"""Checks named in a message; all of them stand in the history."""
WANTED = {dg.DagsterEventType.STEP_FAILURE, dg.DagsterEventType.ASSET_CHECK_EVALUATION}


@dataclass(frozen=True)
class Ending:
    """State as the ledger knows it (`succeeded`, `stopped`, `failed`) and the coded message."""

    state: str
    message: str = ""


def ending(instance: dg.DagsterInstance, run_id: str) -> Ending:
    """The first step that failed speaks; those after it never started."""
    entries = instance.all_logs(run_id, of_type=WANTED)
    events = [entry.dagster_event for entry in entries if entry.dagster_event]
    failure = next((event for event in events if event.is_step_failure), None)
    if failure is None:
        return Ending("succeeded")
    message = _coded(failure) or _red_tests(failure, events)
    return Ending("stopped" if message.startswith("RP-20") else "failed", message)


def _coded(failure: dg.DagsterEvent) -> str | None:
    """The message of the error with one of our codes, when there is one."""
    error = failure.step_failure_data.error
    while error is not None:
        if error.cls_name == RapportError.__name__:
            return error.message.split(": ", 1)[-1].strip()
        error = error.cause
    return None


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
        return str(RapportError("RP-3014", step=failure.step_key))
    shown = ",".join(red[:SHOWN])
    return str(RapportError("RP-2001", stage=failure.step_key, failed=len(red), checks=shown))
