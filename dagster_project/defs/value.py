"""One step that foretells what customers who order on the web will buy, where histories tell.

What does not belong here: the models and when they fit (`ml`).
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import PURCHASES, source_spec

READS = (["facts", "fct_order"], ["customer", "dim_account"], ["indicators", "ind_web"])
"""The last one says that the orders have passed the gate of the indicators, as all learning waits
for."""


@dg.definitions
def value() -> dg.Definitions:
    """Expected purchases of every buyer."""
    spec = source_spec(*PURCHASES.path, deps=[dg.AssetKey(path) for path in READS], group="ml")

    @dg.multi_asset(name="value_purchases", specs=[spec], **partitioned())
    @guarded("value_purchases")
    def purchases(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from ml.customer_value import value_purchases

        found = value_purchases(run.settings, run.as_of)
        told = {"problem": str(found.problem)} if found.problem else found.figures
        yield dg.MaterializeResult(metadata={"dagster/row_count": found.rows, **told})

    return dg.Definitions(assets=[purchases])
