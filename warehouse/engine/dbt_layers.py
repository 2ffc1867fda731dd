"""Which dbt nodes make up a gated layer, read from dbt's manifest.

A layer is a tag on its models and seeds. A test belongs to the highest layer among the tables it
reads, so that a test across layers runs once, when the last of its tables is there; leaving the
choice to dbt would either run it too early (eager) or not at all (cautious). What does not belong
here: running dbt (`dbt_runner`) and Dagster.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LAYERS = ("customer", "indicators", "marts")
"""In the order of the run; each is one step with its own gate."""
BUILT = {"model", "seed"}

Node = Mapping[str, Any]


def read_manifest(path: Path) -> dict[str, Any]:
    """Load dbt's manifest."""
    return json.loads(path.read_bytes())


def layer_of(node: Node) -> str | None:
    """Layer of a model or seed; None for anything else."""
    if node["resource_type"] not in BUILT:
        return None
    return next((layer for layer in LAYERS if f"layer_{layer}" in node["tags"]), None)


def tables(manifest: Mapping[str, Any], layer: str) -> dict[str, Node]:
    """Models and seeds of a layer by unique id."""
    return {key: node for key, node in manifest["nodes"].items() if layer_of(node) == layer}


def tests(manifest: Mapping[str, Any], layer: str) -> dict[str, Node]:
    """Data tests of a layer by unique id, those that read tables of earlier layers included."""
    return {
        key: node
        for key, node in manifest["nodes"].items()
        if node["resource_type"] == "test" and _highest_layer(manifest, node) == layer
    }


def later_tests(manifest: Mapping[str, Any], layer: str) -> list[str]:
    """Names of tests that read tables of a layer and wait for those of a later one."""
    built = tables(manifest, layer).keys()
    return sorted(
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and built & set(node["depends_on"]["nodes"])
        and _highest_layer(manifest, node) != layer
    )


def tested_table(manifest: Mapping[str, Any], test: Node, layer: str) -> str:
    """Unique id of the table of this layer that a test is shown on.

    A generic test names its table; for a sentence-named one it is the last table it refers to.
    """
    parents = [key for key in test["depends_on"]["nodes"] if key in manifest["nodes"]]
    here = [key for key in parents if layer_of(manifest["nodes"][key]) == layer]
    attached = test.get("attached_node")
    return attached if attached in here else here[-1]


def _highest_layer(manifest: Mapping[str, Any], test: Node) -> str | None:
    parents = (manifest["nodes"].get(key) for key in test["depends_on"]["nodes"])
    found = {layer_of(parent) for parent in parents if parent}
    return max(found & set(LAYERS), key=LAYERS.index, default=None)
