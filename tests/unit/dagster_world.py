"""A run whose work is replaced, so that it takes a second and any part of it can be made to fail.

Dagster, its history and our wiring are real; the plain functions they call only note that they were
called. What does not belong here: assertions.
"""

import json
from dataclasses import dataclass, field
from datetime import date
from graphlib import TopologicalSorter
from types import SimpleNamespace

import dagster as dg

import expectations.gate
import ml.clustering.place
import ml.customer_value
import ml.effect
import ml.serve
import warehouse.engine.audit
import warehouse.identity
import warehouse.intake.take
import warehouse.name_quality
import warehouse.publication.publish
import warehouse.report.dictionary
import warehouse.report.write
from dagster_project import launch, layers
from dagster_project.defs import publish as publishing
from expectations.results import CheckResult, GateResult
from ml.registry import offers
from warehouse.engine import dbt_layers, dbt_runner
from warehouse.engine.dbt_runner import NodeResult
from warehouse.settings import Settings

AS_OF = date(2044, 2, 29)
"""A date that the clock has not reached is as good as any."""
LEARNT = ["clusters", "effects", *(f"serve {offer}" for offer in offers()), "value"]
WHOLE_RUN = [
    *("intake", "gate raw", "identity", "audit", "names", "customer", "gate customer"),
    *("indicators", "gate indicators", *LEARNT, "gate scores"),
    *("marts", "gate marts", "publish", "report"),
]


@dataclass
class World:
    """What was called, and what is to go wrong."""

    settings: Settings
    calls: list[str] = field(default_factory=list)
    red: str = ""
    failing_test: str = ""
    raises: dict[str, BaseException] = field(default_factory=dict)
    arguments: dict[str, object] = field(default_factory=dict)

    def call(self, name: str, argument: object = None) -> None:
        self.calls.append(name)
        self.arguments[name] = argument
        if name in self.raises:
            raise self.raises[name]

    def run(self) -> launch.Ending:
        return launch.run_full(self.settings, AS_OF)


def make_world(parsed, definitions, tmp_path, monkeypatch) -> World:
    """A new history in a home that dbt has parsed, with every plain function replaced."""
    monkeypatch.setenv("RAPPORT_HOME", str(parsed))
    for name in ("dagster", "ledger.sqlite", "alerts.jsonl", "run.lock"):
        path = parsed / name
        if path.exists():
            path.rename(tmp_path / name)
    made = World(Settings())

    def run_stage(settings, stage, run_id="", as_of=None):
        made.call(f"gate {stage}", (run_id, as_of))
        check = CheckResult("customer.dim_customer", "sane", stage != made.red, "critical", 10, 3)
        return GateResult(stage, check.passed, [check], run_id, str(as_of))

    def run_layer(settings, layer, full_refresh=False):
        made.call(layer, full_refresh)
        manifest = dbt_layers.read_manifest(settings.dbt_target / "manifest.json")
        nodes = dbt_layers.tables(manifest, layer)
        needs = {key: node["depends_on"].get("nodes", []) for key, node in nodes.items()}
        for key in (key for key in TopologicalSorter(needs).static_order() if key in nodes):
            node = nodes[key]
            yield NodeResult(key, node["resource_type"], node["name"], "success", 0.0, None, None)
        for key, node in dbt_layers.tests(manifest, layer).items():
            status = "fail" if node["name"] == made.failing_test else "pass"
            yield NodeResult(key, "test", node["name"], status, 0.0, None, 0)

    def serve_offer(settings, offer, as_of):
        made.call(f"serve {offer}", as_of)
        test = {"auc": 0.8, "brier_score": 0.1, "calibration_error": 0.01, "lift": []}
        plots = {"lift": b"\x89PNG"}
        scored = SimpleNamespace(rows=5, mean_p=0.1, card={"test": test}, plots=plots)
        fit = SimpleNamespace(status="fitted", champion="v1", problem=None)
        return SimpleNamespace(fit=fit, scored=scored, problem=None, weeks=[])

    def measure(settings, as_of):
        made.call("effects", as_of)
        return SimpleNamespace(rows=0, found={}, problems=())

    def value_purchases(settings, as_of):
        made.call("value", as_of)
        return SimpleNamespace(rows=0, figures={}, problem=None)

    def publish(settings, generation, as_of, fence, gates):
        made.call("publish", fence)
        return SimpleNamespace(generation_id=generation, changed=True, content_digest="d", rows={})

    class Described:
        def __init__(self, *_):
            pass

        def materialized(self, result, key):
            return dg.MaterializeResult(asset_key=key)

    identity = warehouse.identity.IdentityResult(1, 1, 0, 0, 0, 0, 0)
    names = warehouse.name_quality.NameQualityResult(1, 0, 0, 0)
    page = parsed / "report.html"
    replacements = {
        (launch, "defs"): lambda: definitions,
        (warehouse.intake.take, "run_intake"): lambda *_: made.call("intake"),
        (warehouse.identity, "resolve"): lambda _, day: made.call("identity", day) or identity,
        (warehouse.name_quality, "judge"): lambda _, day: made.call("names", day) or names,
        (warehouse.engine.audit, "write"): lambda _, day: made.call("audit", day),
        (warehouse.engine.audit, "generation_id"): lambda *_: "generation",
        (expectations.gate, "run_stage"): run_stage,
        (dbt_runner, "run_layer"): run_layer,
        (layers, "Described"): Described,
        (ml.clustering.place, "cluster_all"): lambda _, day: made.call("clusters", day) or [],
        (ml.customer_value, "value_purchases"): value_purchases,
        (ml.effect, "measure"): measure,
        (ml.serve, "serve_offer"): serve_offer,
        (publishing, "require_all_green"): lambda *_: [],
        (warehouse.publication.publish, "publish"): publish,
        (warehouse.report.write, "write_report"): lambda *_: made.call("report") or page,
        (warehouse.report.dictionary, "write_dictionary"): lambda *_: page,
        (expectations.gate, "build_docs"): lambda *_: page,
    }
    for (module, name), replacement in replacements.items():
        monkeypatch.setattr(module, name, replacement)
    return made


def alerts(world: World) -> list[dict]:
    path = world.settings.home / "alerts.jsonl"
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def everything_written(world: World) -> bytes:
    folder = world.settings.home
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
