"""One step for all clusterings: fit when a month has ended, place everybody, write the cards.

A clustering is a file in `ml/clusterings/`; nothing here names one. What does not belong here:
learning (`ml/clustering`), which small groups are shown (dbt).
"""

from collections.abc import Iterator

import dagster as dg

from dagster_project.guard import guarded
from dagster_project.partitions import partitioned
from dagster_project.resources import Run
from dagster_project.specs import CLUSTERS, model_input_keys, source_spec


@dg.definitions
def clusters() -> dg.Definitions:
    """Members, cards and differences of every declared clustering."""
    reads = model_input_keys()
    specs = [source_spec(*key.path, deps=reads, group="ml") for key in CLUSTERS]

    @dg.multi_asset(name="clusters", specs=specs, **partitioned())
    @guarded("clusters")
    def cluster(context: dg.AssetExecutionContext, run: Run) -> Iterator[object]:
        from ml.clustering.place import cluster_all

        placed = cluster_all(run.settings, run.as_of)
        told = {name: value for one in placed for name, value in one.told().items()}
        for key in CLUSTERS:
            rows = sum(one.rows[key.path[-1]] for one in placed)
            yield dg.MaterializeResult(asset_key=key, metadata={"dagster/row_count": rows, **told})

    return dg.Definitions(assets=[cluster])
