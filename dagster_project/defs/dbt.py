"""What dbt builds: one step and one gate for each layer, connected by dbt's own references.

What does not belong here: models, tests (both in `dbt/`).
"""

import dagster as dg

from dagster_project.gates import gate
from dagster_project.layers import layer_assets
from warehouse.engine.dbt_layers import LAYERS


@dg.definitions
def dbt() -> dg.Definitions:
    """Every layer in the order of the run; dbt's own references connect them."""
    layers = {layer: layer_assets(layer) for layer in LAYERS}
    gates = [gate(layer, sorted(assets.keys)) for layer, assets in layers.items()]
    return dg.Definitions(assets=list(layers.values()), asset_checks=gates)
