"""Who is who and what is built from what: the registries dbt reads beside the raw tables.

What does not belong here: matching rules (`warehouse.identity`), rules about
names (`warehouse.name_quality`), versions (`warehouse.engine.audit`).
"""

from collections.abc import Iterator
from dataclasses import asdict

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import manifest, source_spec
from warehouse.contract import load_contracts
from warehouse.engine import audit


@dg.definitions
def identity() -> dg.Definitions:
    """Resolution after the raw gate, then the registries."""
    tables = [dg.AssetKey(list(key)) for key in load_contracts()]
    xref, *relations = (
        source_spec("identity", name, deps=tables, group="identity")
        for name in ("customer_xref", "household", "organisation_contact")
    )
    names = source_spec("identity", "name_quality", deps=[xref.key, *tables], group="identity")
    registries = [
        source_spec("audit", node["name"], deps=[xref.key, *tables], group="audit")
        for node in manifest()["sources"].values()
        if node["source_name"] == "audit"
    ]

    @dg.multi_asset(name="identity", specs=[xref, *relations], **partitioned())
    @guarded("identity")
    def resolve(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from warehouse.identity import resolve as resolve_identity

        result = asdict(resolve_identity(run.settings, run.as_of))
        rows = result["records"] + result["visitors"]
        yield dg.MaterializeResult(
            asset_key=xref.key, metadata={"dagster/row_count": rows, **result}
        )
        for relation in relations:
            yield dg.MaterializeResult(asset_key=relation.key)

    @dg.multi_asset(name="name_quality", specs=[names], **partitioned())
    @guarded("name_quality")
    def judge_names(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from warehouse.name_quality import judge

        result = asdict(judge(run.settings, run.as_of))
        yield dg.MaterializeResult(metadata={"dagster/row_count": result["findings"], **result})

    @dg.multi_asset(name="audit", specs=registries, **partitioned())
    @guarded("audit")
    def write_audit(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        audit.write(run.settings, run.as_of)
        for spec in registries:
            yield dg.MaterializeResult(asset_key=spec.key)

    return dg.Definitions(assets=[resolve, judge_names, write_audit])
