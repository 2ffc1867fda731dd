"""Asset and check specifications, derived from the contracts and from dbt's manifest.

Keys are `source/table` for sources and `schema/name` for what dbt builds, so the raw assets meet
the staging models without a mapping. What does not belong here: bodies.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator

from ml.registry import offers
from warehouse.contract import TableContract
from warehouse.engine import dbt_layers, dbt_runner
from warehouse.indicators import registry
from warehouse.publication.mart_contract import PUBLISHED_SCHEMAS
from warehouse.settings import CHECKOUT, Settings

FRESH = dg.FreshnessPolicy.time_window(
    fail_window=timedelta(hours=50), warn_window=timedelta(hours=30)
)
"""Yesterday's run may be late by a morning; two missed nights are a failure."""
SCORES = "scores"
UPLIFT = dg.AssetKey(["effects", "uplift"])
PURCHASES = dg.AssetKey(["value", "purchases"])
CLUSTERS = [dg.AssetKey(["clusters", table]) for table in ("members", "cards", "differences")]
READS = re.compile(r"\b(?:from|join) (customer|facts|indicators|marts)\.([a-z][a-z_0-9]+)")
OWNER = "team:data"
"""Owns what names nobody."""


def manifest() -> dict[str, Any]:
    """The manifest of dbt as the definitions know it, parsed first when it is missing or stale."""
    return _manifest(Settings().home)


@cache
def _manifest(home: Path) -> dict[str, Any]:
    return dbt_layers.read_manifest(dbt_runner.parse(Settings(home=home)))


class Translator(DagsterDbtTranslator):
    """How a dbt node appears in Dagster; the folder is the group, the declared owner owns."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """First folder below `models/`; seeds stand with the customer."""
        return dbt_resource_props["fqn"][1] if len(dbt_resource_props["fqn"]) > 2 else "customer"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> list[str]:
        """The owner named in `meta`."""
        return [(dbt_resource_props["config"].get("meta") or {}).get("owner", OWNER)]

    def get_description(self, dbt_resource_props: Mapping[str, Any]) -> str:
        """What it is, then the SQL it is made by; a seed has none."""
        if dbt_resource_props["resource_type"] == "seed":
            return dbt_resource_props["description"] or "A list that people edit. 人工维护的清单"
        return super().get_description(dbt_resource_props)


def raw_spec(contract: TableContract) -> dg.AssetSpec:
    """One delivered table as intake leaves it in the lake."""
    declared = {column.lake_name: column for column in contract.columns}
    personal = {name for name, column in declared.items() if column.pii != "none"}
    columns = [
        dg.TableColumn(
            name,
            kind,
            description=declared[name].description if name in declared else None,
            tags={"pii": declared[name].pii} if name in personal else {},
        )
        for name, kind in contract.lake_columns
    ]
    node = manifest()["sources"][f"source.rapport.{contract.source}.{contract.table}"]
    meta = {**node["source_meta"], **node["meta"]}
    return dg.AssetSpec(
        [contract.source, contract.table],
        deps=[dg.AssetKey(["landing", contract.source])],
        description=f"{contract.description}\n\nDelivered as `{contract.files}`.",
        group_name="raw",
        owners=[meta["owner"]] if "owner" in meta else None,
        kinds={contract.format, "parquet"},
        freshness_policy=FRESH,
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
    )


def source_spec(source: str, table: str, deps: Sequence[dg.AssetKey], group: str) -> dg.AssetSpec:
    """A table that our own Python writes and dbt reads as a source."""
    node = manifest()["sources"][f"source.rapport.{source}.{table}"]
    columns = [
        dg.TableColumn(column["name"], column["data_type"], description=column["description"])
        for column in node["columns"].values()
    ]
    return dg.AssetSpec(
        [source, table],
        deps=deps,
        description=node["description"],
        group_name=group,
        owners=[{**node["source_meta"], **node["meta"]}["owner"]],
        kinds={"python", "parquet"},
        metadata={"dagster/column_schema": dg.TableSchema(columns)},
    )


def layer_keys(layer: str) -> list[dg.AssetKey]:
    """Keys of everything a dbt layer builds."""
    return sorted(spec.key for spec in layer_specs(layer).values())


def layer_specs(layer: str) -> Mapping[str, dg.AssetSpec]:
    """What a dbt layer builds, by dbt's unique id."""
    return _layer_specs(Settings().home, layer)


@cache
def _layer_specs(home: Path, layer: str) -> Mapping[str, dg.AssetSpec]:
    """Made once a process: every stage that reads a layer asks for it."""
    translator, parsed = Translator(), _manifest(home)
    return MappingProxyType(
        {
            unique_id: _scored(translator.get_asset_spec(parsed, unique_id, None))
            for unique_id in sorted(dbt_layers.tables(parsed, layer))
        }
    )


def layer_checks(layer: str) -> dict[str, dg.AssetCheckSpec]:
    """The data tests of a dbt layer, by dbt's unique id."""
    specs, parsed = layer_specs(layer), manifest()
    found = {}
    for unique_id, test in sorted(dbt_layers.tests(parsed, layer).items()):
        found[unique_id] = dg.AssetCheckSpec(
            test["name"],
            asset=specs[dbt_layers.tested_table(parsed, test, layer)].key,
            blocking=test["config"]["severity"].lower() == "error",
            description=test.get("description") or None,
        )
    return found


def published_keys() -> list[dg.AssetKey]:
    """Every published table, whichever layer builds it."""
    keys = {key for layer in dbt_layers.LAYERS for key in layer_keys(layer)}
    return sorted(key for key in keys if key.path[0] in PUBLISHED_SCHEMAS)


def model_input_keys() -> list[dg.AssetKey]:
    """What the models read: indicators of customers, and the tables named in the SQL of `ml`."""
    sql = "".join((CHECKOUT / "ml" / name).read_text() for name in ("features.py", "labels.py"))
    named = {dg.AssetKey(list(found)) for found in READS.findall(sql)}
    tables = {
        i.table for i in registry.declared(CHECKOUT / "dbt").values() if i.grain == "customer"
    }
    indicators = {key for key in layer_keys("indicators") if key.path[-1] in tables}
    return sorted(indicators | named)


def score_keys() -> list[dg.AssetKey]:
    """One asset per declared offer."""
    return [dg.AssetKey([SCORES, offer]) for offer in offers()]


def lineage_key(schema: str, table: str) -> list[dg.AssetKey]:
    """The assets behind a relation of the warehouse or a source of dbt."""
    return score_keys() if schema == SCORES else [dg.AssetKey([schema, table])]


def _scored(spec: dg.AssetSpec) -> dg.AssetSpec:
    """In dbt the scores of all offers are one source; the graph shows which offers feed it."""
    deps: Iterable[dg.AssetDep] = [dep for dep in spec.deps if dep.asset_key.path[0] != SCORES]
    if len(list(deps)) < len(list(spec.deps)):
        deps = [*deps, *(dg.AssetDep(key) for key in score_keys())]
    return spec.replace_attributes(deps=deps)
