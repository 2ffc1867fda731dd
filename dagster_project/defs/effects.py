"""One step that measures what past contacts changed, against those held out at random.

What does not belong here: learning and judging (`ml`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.metadata import markdown_table
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import UPLIFT, model_input_keys, source_spec

if TYPE_CHECKING:
    from ml.effect import EffectResult

READS = [["campaigns", table] for table in ("cmp_response", "cmp_contact", "cmp_sale")]


@dg.definitions
def effects() -> dg.Definitions:
    """Uplift of every offer with enough people held out."""
    reads = [*model_input_keys(), *(dg.AssetKey(path) for path in READS)]
    spec = source_spec(*UPLIFT.path, deps=reads, group="ml")

    @dg.multi_asset(name="measure_uplift", specs=[spec], **partitioned())
    @guarded("measure_uplift")
    def uplift(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from ml.effect import measure

        yield dg.MaterializeResult(metadata=effect_metadata(measure(run.settings, run.as_of)))

    return dg.Definitions(assets=[uplift])


def effect_metadata(result: "EffectResult") -> dict[str, object]:
    """How well each ranking finds whom a contact changes, and which offers cannot be judged."""
    head = ("offer", "ranking", "qini", "low", "high", "over response", "low", "high")
    rows = [
        (offer, ranking, *_shown(figures["qini"]), *_shown(figures["qini_over_response"]))
        for offer, judged in result.found.items()
        for ranking, figures in judged["rankings"].items()
    ]
    found: dict[str, object] = {
        "dagster/row_count": result.rows,
        "qini": markdown_table(head, rows),
    }
    return found | ({"not_judged": "\n".join(result.problems)} if result.problems else {})


def _shown(found: object) -> list[str]:
    return [f"{figure:.4f}" for figure in (found.value, found.low, found.high)]
