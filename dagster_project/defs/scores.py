"""One step per offer: fit, judge, keep the better model, score every active customer.

An offer is a file in `ml/models/`; nothing here names one. What does not belong here: learning
(`ml`).
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import dagster as dg

from dagster_project.gates import gate
from dagster_project.guard import guarded
from dagster_project.metadata import markdown_table, picture
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import (
    CLUSTERS,
    FRESH,
    PURCHASES,
    UPLIFT,
    model_input_keys,
    score_keys,
)
from ml.registry import declaration, offers

if TYPE_CHECKING:
    from ml.serve import Served


LIVE = ("predicted_share", "observed_share", "lift", "auc", "score_drift_index", "state_code")


@dg.definitions
def scores() -> dg.Definitions:
    """All declared offers and the gate over them."""
    return dg.Definitions(
        assets=[offer_asset(offer) for offer in offers()],
        asset_checks=[gate("scores", [*score_keys(), *CLUSTERS, UPLIFT, PURCHASES])],
    )


def offer_asset(offer: str) -> dg.AssetsDefinition:
    """The step of one offer."""
    model = declaration(offer)
    spec = dg.AssetSpec(
        ["scores", offer],
        deps=model_input_keys(),
        description=f"{model.title.en}. {model.title.zh}\n\n{model.intended_use.en}",
        group_name="ml",
        owners=["team:data-science"],
        kinds={"scikitlearn", "parquet"},
        tags={"objective": model.objective},
        freshness_policy=FRESH,
    )

    @dg.multi_asset(name=f"score_{offer}", specs=[spec], **partitioned())
    @guarded(f"score_{offer}")
    def score(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from ml.serve import serve_offer

        served = serve_offer(run.settings, offer, run.as_of)
        yield dg.MaterializeResult(metadata=score_metadata(served))

    return score


def score_metadata(served: "Served") -> dict[str, object]:
    """Which model scored whom and how good it was when judged, with its pictures."""
    fit, scored = served.fit, served.scored
    found: dict[str, object] = {"fit": fit.status, "champion": fit.champion or "none"}
    if served.problem:
        found["problem"] = str(served.problem)
    if served.weeks:
        shown = ("week_date", "model_version", "matured_count", *LIVE)
        rows = ([week[name] for name in shown] for week in served.weeks)
        found["in_service"] = markdown_table(shown, rows)
    if scored is None:
        return found
    found |= {"dagster/row_count": scored.rows, "mean_p_response": scored.mean_p}
    if "test" not in scored.card:
        return found | scored.card
    test = scored.card["test"]
    found |= {name: test[name] for name in ("auc", "brier_score", "calibration_error")}
    lift = ("decile", "customers_count", "mean_predicted_share", "observed_share", "lift")
    found["deciles"] = markdown_table(lift, ([row[name] for name in lift] for row in test["lift"]))
    return found | {name: picture(name, png) for name, png in sorted(scored.plots.items())}
