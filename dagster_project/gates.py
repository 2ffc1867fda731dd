"""Gates as blocking checks: when one is red, nothing after its stage starts in the same run.

A gate is one step after the step it judges; it runs the stage's suite once and shows each table's
share of it on that table. What does not belong here: expectations (the `expectations` package),
thresholds.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.metadata import markdown_table
from dagster_project.resources import Run
from expectations.results import CheckResult, GateResult


def gate(stage: str, assets: Sequence[dg.AssetKey]) -> dg.AssetChecksDefinition:
    """The gate of a stage over the assets it judges."""
    name = f"gate_{stage}"
    description = f"Great Expectations suite `{stage}`; a failed error stops everything after it."

    @dg.multi_asset_check(
        name=name,
        specs=[
            dg.AssetCheckSpec(name, asset=key, blocking=True, description=description)
            for key in assets
        ],
        description=description,
        pool="duckdb_write",
        compute_kind="great_expectations",
    )
    @guarded(name)
    def gate_checks(context: dg.AssetCheckExecutionContext, run: Run) -> Iterator[object]:
        from expectations.gate import build_docs, run_stage

        result = run_stage(run.settings, stage, run_id=str(run.fence), as_of=run.as_of)
        yield from verdicts(result, name, assets)
        if not result.passed:
            build_docs(run.settings)
        result.require_green()

    return gate_checks


def verdicts(
    result: GateResult, name: str, assets: Sequence[dg.AssetKey]
) -> Iterator[dg.AssetCheckResult]:
    """One verdict per judged asset; what concerns none of them is shown on the first."""
    by_asset: dict[dg.AssetKey, list[CheckResult]] = defaultdict(list)
    for check in result.checks:
        by_asset[_judged(check.table, assets)].append(check)
    for key in assets:
        checks = by_asset[key]
        failed = [check for check in checks if not check.passed]
        critical = [check for check in failed if check.severity == "critical"]
        severity = dg.AssetCheckSeverity.ERROR if critical else dg.AssetCheckSeverity.WARN
        yield dg.AssetCheckResult(
            passed=not failed,
            asset_key=key,
            check_name=name,
            severity=severity,
            description=f"{len(checks) - len(failed)} of {len(checks)} checks hold",
            metadata={"failed": len(failed), "results": _listed(checks)},
        )


def _judged(table: str, assets: Sequence[dg.AssetKey]) -> dg.AssetKey:
    """`lake.boss__bills` and `customer.dim_account` are `boss/bills` and `customer/dim_account`."""
    path = table.removeprefix("lake.").replace("__", ".", 1).split(".")
    return next((key for key in assets if list(key.path) == path), assets[0])


def _listed(checks: Sequence[CheckResult]) -> dg.MarkdownMetadataValue:
    head = ("check", "severity", "passed", "evaluated", "unexpected", "observed", "why")
    rows = [
        (
            c.name,
            c.severity,
            "yes" if c.passed else "NO",
            c.evaluated,
            c.unexpected_count,
            c.observed,
            c.why,
        )
        for c in sorted(checks, key=lambda check: check.passed)
    ]
    return markdown_table(head, rows)
