"""Runs dbt inside this process: parse once, then build one gated layer at a time.

A dbt process of its own costs seconds per call; the parsed project is kept and reused instead. dbt
writes no log and no result file here, because an engine's message can echo rows: results come back
as `NodeResult` with the message scrubbed. What does not belong here: SQL, Dagster, judgement of
results.
"""

import fcntl
import hashlib
import logging
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from warehouse.engine import dbt_layers
from warehouse.engine.warehouse_file import is_damage, put_aside
from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.indicators import registry, restating
from warehouse.scrub import scrub
from warehouse.settings import CHECKOUT, Settings

log = logging.getLogger("rapport")

PROJECT = CHECKOUT / "dbt"
SOURCES = {".sql", ".yml", ".yaml", ".csv", ".md"}
PROGRESS_NODES = 40
LOCATION, HOME = "external_location", re.compile("'[^']*/lake/")
_PARSED: dict[str, Any] = {}
"""Projects this process has parsed, by their digest; an installation borrows one."""
QUIET = ("--log-level", "none", "--log-level-file", "none", "--no-send-anonymous-usage-stats")


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or test."""

    unique_id: str
    resource_type: str
    name: str
    status: str
    """success, error, skipped; for tests pass, fail, warn, error."""
    seconds: float
    message: str | None
    failures: int | None
    """Rows that break a test."""


def parse(settings: Settings, project: Path = PROJECT) -> Path:
    """Make sure dbt's manifest fits the project as it lies, and return its path.

    Raises:
        RapportError: RP-3012 when the project does not parse, RP-3020 when the formula of an
            indicator does not hold.
    """
    manifest, stamp = settings.dbt_target / "manifest.json", settings.dbt_target / "parsed"
    settings.dbt_target.mkdir(parents=True, exist_ok=True)
    with (settings.dbt_target / "parse.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        wanted = f"{_digest(settings, project)} {settings.home}"
        if not (manifest.exists() and stamp.exists() and stamp.read_text() == wanted):
            stamp.unlink(missing_ok=True)
            _parsed(settings, project).write(str(manifest))
            stamp.write_text(wanted)
    return manifest


def run_layer(
    settings: Settings, layer: str, full_refresh: bool = False, project: Path = PROJECT
) -> Iterator[NodeResult]:
    """Build the tables of a layer and run its tests; results come when the layer is through.

    Raises:
        RapportError: RP-3012 after the last result, when a node could not be built at all;
            RP-3004 when the warehouse's file is broken, which is put aside.
    """
    manifest = dbt_layers.read_manifest(parse(settings, project))
    arguments = ["--no-write-json", "build", "--select", f"tag:layer_{layer}"]
    arguments += ["--exclude-resource-type", "unit_test", "--indirect-selection", "eager"]
    later = dbt_layers.later_tests(manifest, layer)  # few: dbt compares a name with every node
    arguments += ["--exclude", *later] if later else []
    arguments += ["--full-refresh"] if full_refresh else []
    outcome = _invoke(settings, project, arguments, _parsed(settings, project), _progress(layer))
    if outcome.exception and not isinstance(outcome.exception, Exception):
        raise KeyboardInterrupt  # dbt catches what stops the whole program, too
    if outcome.exception or outcome.result is None:
        raise RapportError("RP-3012", layer=layer, error=type(outcome.exception).__name__) from None
    if any(is_damage(result.message) for result in outcome.result.results):
        put_aside(settings)
        raise RapportError("RP-3004", layer=layer)
    results = [_result(result) for result in outcome.result.results]
    yield from results
    broken = [result for result in results if result.status == "error"]
    if broken:
        first = broken[0]
        raise RapportError(
            "RP-3012", node=first.unique_id, error=first.message, others=len(broken) - 1
        )


def command(settings: Settings, arguments: list[str]) -> bool:
    """Run any dbt command as a person would, on our project and paths; True when it succeeds."""
    return _invoke(settings, PROJECT, arguments, quiet=False).success


def select(settings: Settings, arguments: list[str]) -> bool:
    """Run a dbt command on the project this process has parsed already; True when it succeeds."""
    return _invoke(settings, PROJECT, arguments, _parsed(settings, PROJECT), quiet=False).success


def _parsed(settings: Settings, project: Path) -> Any:
    """The project as dbt's own object, parsed once per process; its sources lie in this home."""
    key = _digest(settings, project)
    if key not in _PARSED:
        outcome = _invoke(settings, project, ["--no-write-json", "parse"])
        if not outcome.success:
            raise RapportError("RP-3012", command="parse", error=scrub(str(outcome.exception)))
        _PARSED[key] = outcome.result
    _point_at(settings, _PARSED[key])
    return _PARSED[key]


def _point_at(settings: Settings, manifest: Any) -> None:
    """Let the sources be read from this home: nothing else in a parsed project names one."""

    def here(location: str) -> str:
        return HOME.sub(lambda _: f"'{settings.home}/lake/", location)

    for source in manifest.sources.values():
        asked = source.unrendered_config.get("meta") or {}
        for meta in (source.meta, source.source_meta, source.config.meta, asked):
            if LOCATION in meta:
                meta[LOCATION] = here(meta[LOCATION])
        source.relation_name = here(source.relation_name)


def _digest(settings: Settings, project: Path) -> str:
    """What parsing depends on: every file of the project, the settings it sees, dbt itself."""
    seen = hashlib.sha256(repr((version("dbt-core"), _asked(settings, project))).encode())
    for path in sorted(path for path in project.rglob("*") if path.suffix in SOURCES):
        seen.update(f"{path.relative_to(project)} ".encode() + path.read_bytes())
    return seen.hexdigest()


def _asked(settings: Settings, project: Path) -> dict[str, str]:
    """What dbt and the project read from the environment, but for where the installation lies."""
    seen = ("target", "threads", "memory_limit", "k_anonymity")
    return {
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_PROJECT_DIR": str(project),
        "DBT_PROFILES_DIR": str(project),
        "RAPPORT_INDICATORS": registry.as_environment(project, restating.restated(settings)),
        **{f"RAPPORT_{name.upper()}": str(getattr(settings, name)) for name in seen},
    }


def _environment(settings: Settings, project: Path) -> dict[str, str]:
    """What dbt and the project read from the environment."""
    return {
        **_asked(settings, project),
        "DBT_TARGET_PATH": str(settings.dbt_target),
        "DBT_LOG_PATH": str(settings.dbt_target / "logs"),
        "RAPPORT_HOME": str(settings.home),
    }


def _invoke(
    settings: Settings,
    project: Path,
    arguments: list[str],
    manifest: Any = None,
    callback: Any = None,
    quiet: bool = True,
) -> Any:
    from dbt.cli.main import dbtRunner

    runner = dbtRunner(manifest=manifest, callbacks=[callback] if callback else [])
    with _set_environment(_environment(settings, project)):
        try:
            return runner.invoke([*(QUIET if quiet else ()), *arguments])
        finally:
            _close_connections()


def _close_connections() -> None:
    """Give the DuckDB file free: dbt keeps it open, and locked, as long as the process lives."""
    with suppress(ImportError):
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        DuckDBConnectionManager.close_all_connections()


@contextmanager
def _set_environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def _progress(layer: str) -> Any:
    """A callback that logs a line now and then while dbt works."""
    done = 0

    def count(event: Any) -> None:
        nonlocal done
        if event.info.name == "NodeFinished":
            fault_point("dbt_node_finished")
            done += 1
            if done % PROGRESS_NODES == 0:
                log.info("%s: %d models and tests done", layer, done)

    return count


def _result(result: Any) -> NodeResult:
    return NodeResult(
        unique_id=result.node.unique_id,
        resource_type=str(result.node.resource_type),
        name=result.node.name,
        status=str(result.status),
        seconds=round(result.execution_time, 3),
        message=scrub(result.message),
        failures=result.failures,
    )
