"""Raw: what the senders dropped becomes typed, pseudonymous Parquet, one asset per table.

Adding a source adds its assets; nothing here names one. What does not belong here: how a file is
read.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

import dagster as dg

from dagster_project.gates import gate
from dagster_project.guard import guarded
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import raw_spec
from warehouse.contract import load_contracts
from warehouse.deliveries import overview
from warehouse.deliveries.overview import Contracts
from warehouse.ledger import Ledger

DELIVERIES = "deliveries"
DELIVERIES_MEAN = (
    "No file was refused or waits, no record is set aside, no expected day is missing."
)
COUNTS = ("records_in", "loaded", "quarantined", "deduplicated", "superseded")


@dg.definitions
def raw() -> dg.Definitions:
    """Intake and its gate."""
    contracts = load_contracts()
    specs = [raw_spec(contract) for contract in contracts.values()]
    checks = [
        dg.AssetCheckSpec(DELIVERIES, asset=spec.key, description=DELIVERIES_MEAN) for spec in specs
    ]

    @dg.multi_asset(name="intake", specs=specs, check_specs=checks, **partitioned())
    @guarded("intake")
    def intake(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from warehouse.intake.take import run_intake

        run_intake(run.settings, contracts)
        counts = table_counts(run)
        for spec in specs:
            table = counts[tuple(spec.key.path)]
            yield dg.MaterializeResult(
                asset_key=spec.key, metadata={"dagster/row_count": table["loaded"], **table}
            )
        yield from delivery_checks(run, contracts)

    landing = [
        dg.AssetSpec(
            ["landing", source],
            group_name="landing",
            kinds={"file"},
            description=f"What {source.upper()} drops into the landing folder. 源系统导出文件",
        )
        for source in sorted({source for source, _ in contracts})
    ]
    return dg.Definitions(
        assets=[*landing, intake], asset_checks=[gate("raw", [spec.key for spec in specs])]
    )


def delivery_checks(run: Run, contracts: Contracts) -> Iterator[dg.AssetCheckResult]:
    """What `rapport files` says of each table, as counts; a warning, for the gate decides."""
    ledger = Ledger(run.settings.ledger_file)
    waiting = Counter(
        (row["source"], row["table"]) for row in overview.waiting(run.settings, ledger, contracts)
    )
    for row in overview.tables(ledger, contracts, run.as_of):
        key = (row["source"], row["table"])
        counts = {
            "files_refused": row["files_quarantined"],
            "files_waiting": waiting[key],
            "records_set_aside": row["quarantined"],
            "days_missing": len(row["missing_dates"]),
        }
        if key in contracts:
            yield dg.AssetCheckResult(
                passed=not any(counts.values()),
                asset_key=dg.AssetKey(list(key)),
                check_name=DELIVERIES,
                severity=dg.AssetCheckSeverity.WARN,
                metadata={"last_date": str(row["last_date"]), **counts},
            )
    ledger.close()


def table_counts(run: Run) -> dict[tuple[str, str], Counter[str]]:
    """Files and where their records went, per table, from the ledger."""
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for file in Ledger(run.settings.ledger_file).accounting():
        table = found[file["source_name"], file["table_name"]]
        table.update({name: file[name] for name in COUNTS})
        table[f"files_{file['file_state']}"] += 1
    return found
