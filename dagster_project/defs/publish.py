"""Publication: one complete generation of the marts behind one pointer, then its report.

What does not belong here: copying, digests, the page itself.
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.metadata import markdown_table
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import FRESH, published_keys
from expectations.results import require_all_green
from warehouse.engine import audit
from warehouse.exports.guard import export_blockers

GENERATION = dg.AssetKey(["published", "generation"])
EXPORTABLE, SHOWN = "may_be_exported", 5
REPORT = dg.AssetKey(["published", "report"])


@dg.definitions
def publication() -> dg.Definitions:
    """The last two steps of a run."""

    @dg.multi_asset(
        name="publish",
        specs=[
            dg.AssetSpec(
                GENERATION,
                deps=published_keys(),
                group_name="published",
                owners=["team:data"],
                kinds={"duckdb", "parquet"},
                freshness_policy=FRESH,
                description="A complete, immutable generation of the marts; `published/current`"
                " points at the newest. 已发布的完整版本",
            )
        ],
        check_specs=[
            dg.AssetCheckSpec(
                EXPORTABLE,
                asset=GENERATION,
                description="Required deliveries and consents are in; else nothing may leave.",
            )
        ],
        **partitioned(),
    )
    @guarded("publish")
    def publish(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from warehouse.publication.publish import publish as publish_generation

        gates = require_all_green(run.settings, str(run.fence), run.as_of)
        generation = audit.generation_id(run.settings, run.as_of)
        result = publish_generation(run.settings, generation, run.as_of, run.fence, gates)
        yield dg.MaterializeResult(
            metadata={
                "generation": result.generation_id,
                "changed": result.changed,
                "content_digest": result.content_digest,
                "rows": markdown_table(("mart", "rows"), sorted(result.rows.items())),
            }
        )
        blockers = export_blockers(run.settings, run.as_of)
        yield dg.AssetCheckResult(
            passed=not blockers,
            check_name=EXPORTABLE,
            severity=dg.AssetCheckSeverity.WARN,
            description="; ".join(str(error) for error in blockers[:SHOWN]),
            metadata={"blockers": len(blockers)},
        )

    @dg.multi_asset(
        name="report",
        specs=[
            dg.AssetSpec(
                REPORT,
                deps=[GENERATION],
                group_name="published",
                owners=["team:data"],
                kinds={"html"},
                description="The page that explains the generation; opens from disk. 运行报告",
            )
        ],
        **partitioned(),
    )
    @guarded("report")
    def report(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from expectations.gate import build_docs
        from warehouse.report.dictionary import write_dictionary
        from warehouse.report.write import write_report

        current = run.settings.published / "current"
        pages = {
            "report": write_report(run.settings, current),
            "dictionary": write_dictionary(run.settings, current),
            "gates": build_docs(run.settings),
        }
        yield dg.MaterializeResult(
            metadata={name: dg.MetadataValue.path(path) for name, path in pages.items()}
        )

    return dg.Definitions(assets=[publish, report])
