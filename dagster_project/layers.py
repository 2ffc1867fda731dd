"""A dbt layer as one step: its tables are assets, its tests are checks.

One step for each gated layer, because a blocking check acts between steps only. What does not
belong here: which node is in which layer (`warehouse.engine.dbt_layers`), SQL.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.metadata import column_lineage, column_schema
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import layer_checks, layer_specs, lineage_key, manifest
from warehouse.contract import load_contracts
from warehouse.engine import catalog, dbt_layers, dbt_runner
from warehouse.engine import column_lineage as lineage
from warehouse.engine.dbt_runner import NodeResult
from warehouse.errors import RapportError
from warehouse.settings import Settings


def layer_assets(layer: str) -> dg.AssetsDefinition:
    """The step that builds a layer and tests it."""
    assets, checks = layer_specs(layer), layer_checks(layer)

    @dg.multi_asset(
        name=layer,
        specs=list(assets.values()),
        check_specs=list(checks.values()),
        description=f"dbt: models, seeds and tests tagged `layer_{layer}`",
        **partitioned(),
    )
    @guarded(layer)
    def build(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        described, unknown = None, []
        for result in dbt_runner.run_layer(run.settings, layer, run.full_refresh):
            described = described or Described(run.settings, layer)
            if result.unique_id in checks and result.status != "skipped":
                yield checked(result, checks[result.unique_id])
            elif result.unique_id in assets and result.status == "success":
                yield described.materialized(result, assets[result.unique_id].key)
            elif result.status == "fail":
                unknown.append(result.name)
        if unknown:  # the project has changed since the definitions were loaded
            raise RapportError("RP-2001", stage=layer, checks=",".join(unknown))

    return build


def checked(result: NodeResult, check: dg.AssetCheckSpec) -> dg.AssetCheckResult:
    """A dbt test as a verdict: how many rows break it, never which."""
    return dg.AssetCheckResult(
        passed=result.status == "pass",
        asset_key=check.asset_key,
        check_name=check.name,
        severity=dg.AssetCheckSeverity.ERROR if check.blocking else dg.AssetCheckSeverity.WARN,
        description=result.message,
        metadata={"rows_against_it": result.failures or 0, "seconds": result.seconds},
    )


class Described:
    """What is said about the tables of a layer once it is built."""

    def __init__(self, settings: Settings, layer: str) -> None:
        """Look at the whole warehouse once; a table's lineage needs the columns of its parents."""
        self._compiled = settings.dbt_target / "compiled"
        self._nodes = dbt_layers.tables(manifest(), layer)
        self._locations = lineage.source_locations(manifest())
        self._built = catalog.relations(settings)
        self._columns = {key: relation.columns for key, relation in self._built.items()}
        for contract in load_contracts().values():
            self._columns[contract.source, contract.table] = contract.lake_columns
        for source in manifest()["sources"].values():
            declared = tuple((c["name"], c["data_type"]) for c in source["columns"].values())
            self._columns.setdefault((source["source_name"], source["name"]), declared)

    def materialized(self, result: NodeResult, key: dg.AssetKey) -> dg.MaterializeResult:
        """One table: rows, columns as the engine has them, where each column comes from."""
        node = self._nodes[result.unique_id]
        built = self._built[node["schema"], node["alias"]]
        metadata: dict[str, Any] = {
            "seconds": result.seconds,
            "dagster/column_schema": column_schema(built.columns, node["columns"]),
        }
        if built.rows is not None:
            metadata["dagster/row_count"] = built.rows
        compiled = self._compiled / node["package_name"] / node["original_file_path"]
        if node["resource_type"] == "model" and compiled.exists():
            metadata["dagster/column_lineage"] = column_lineage(self._origins(compiled))
        return dg.MaterializeResult(asset_key=key, metadata=metadata)

    def _origins(self, compiled: Path) -> dict[str, list[tuple[dg.AssetKey, str]]]:
        found = lineage.column_lineage(compiled.read_text(), self._columns, self._locations)
        return {
            column: [
                (key, name) for schema, table, name in origins for key in lineage_key(schema, table)
            ]
            for column, origins in found.items()
        }
