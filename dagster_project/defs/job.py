"""When the run happens and who hears of its failure: the job, the night, new files, the alert.

What does not belong here: what the run does.
"""

import dagster as dg

from dagster_project import home
from dagster_project.partitions import PARTITION_TAG, daily
from dagster_project.resources import Run
from warehouse import pending
from warehouse.alerts import write_alert
from warehouse.errors import RapportError
from warehouse.lease import lease
from warehouse.settings import Settings


@dg.failure_hook
def alert_on_failure(context: dg.HookContext) -> None:
    """Leave a line in alerts.jsonl for the step that failed.

    Works in every process, the command line included, where no daemon listens.
    """
    write_alert(Settings(), context.run_id, context.op.name, context.op_exception)


@dg.definitions
def job() -> dg.Definitions:
    """The full job with its triggers; everything runs in one process."""
    full = dg.define_asset_job(
        "full",
        selection=dg.AssetSelection.all(),
        partitions_def=daily(),
        hooks={alert_on_failure},
        description="From landed files to published marts, gated at every stage. 全流程",
        tags={"owner": "data"},
    )
    night = dg.build_schedule_from_partitioned_job(
        full, name="nightly", hour_of_day=2, minute_of_hour=30, description="Yesterday, at 02:30."
    )

    @dg.sensor(job=full, minimum_interval_seconds=60, description="Runs when new files lie there.")
    def arrival() -> dg.RunRequest | dg.SkipReason:
        seen = pending.look_for(Settings())
        if not seen.is_new:
            return dg.SkipReason("nothing new in the landing folder")
        return dg.RunRequest(run_key=seen.digest, tags={PARTITION_TAG: seen.as_of.isoformat()})

    @dg.sensor(
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Ends runs whose process was killed; they would hold up the queue for hours.",
    )
    def lost_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
        return dg.SkipReason(end_what_stays_lost(context))

    @dg.run_failure_sensor(
        description="Leaves a line in alerts.jsonl for a run that could not say so itself.",
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def alert_on_lost_run(context: dg.RunFailureSensorContext) -> None:
        write_alert(Settings(), context.dagster_run.run_id, "run", None)

    return dg.Definitions(
        jobs=[full],
        schedules=[night],
        sensors=[arrival, lost_runs, alert_on_lost_run],
        resources={"run": Run()},
        executor=dg.in_process_executor,
    )


def end_what_stays_lost(context: dg.SensorEvaluationContext) -> str:
    """End runs that were unfinished at the last look too, and nobody held the lease either time.

    One look is not enough: a run begins a moment before it takes the lease.
    """
    try:
        with lease(Settings()):
            unfinished = home.unfinished_runs(context.instance)
            before = (context.cursor or "").split()
            home.end_lost_runs(context.instance, set(unfinished) & set(before))
    except RapportError:
        context.update_cursor("")
        return "a run is at work"
    context.update_cursor(" ".join(unfinished))
    return f"{len(unfinished)} runs without a process"
