"""Runs the gate of a stage and keeps its result; red unless everything critical was seen to hold.

What does not belong here: the library (engine.py), thresholds (the stage files), orchestration.
"""

import hashlib
import logging
from dataclasses import astuple
from datetime import date
from importlib import import_module
from pathlib import Path

from expectations.results import (
    STAGES,
    CheckResult,
    GateResult,
    require_all_green,
    result_file,
    write_result,
)
from expectations.vocabulary import CRITICAL, Suite
from expectations.watch import watch
from expectations.workspace import World, look, statements
from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.ledger import Ledger
from warehouse.scrub import describe
from warehouse.settings import Settings

log = logging.getLogger("rapport")
SHRUNK_SHARE = 0.1
"""A suite that lost more of its checks than this was weakened, not mended."""

__all__ = ["STAGES", "CheckResult", "GateResult", "build_docs", "require_all_green", "run_stage"]


def run_stage(
    settings: Settings, stage: str, run_id: str = "", as_of: date | None = None
) -> GateResult:
    """Judge a stage and keep the result under `lake/gates/`; a crash is a red result, not an error.

    Args:
        settings: The installation.
        stage: One of `STAGES`.
        run_id: What publishing will ask for again, so that an older run's green does not count.
        as_of: Day of the run; the newest business date in the lake when not given.
    """
    if stage not in STAGES:
        raise ValueError(f"no such stage: {stage}")
    result_file(settings, stage).unlink(missing_ok=True)
    fault_point("gate_before")
    suites: list[Suite] = []
    try:
        world = look(settings, stage, as_of)
        as_of = world.as_of
        if stage == "raw":
            watch(settings, world.contracts, as_of)
        suites = declared(stage, world)
        checks = _judge(settings, stage, suites)
    except Exception as error:  # fail closed; the text of an error may quote a row
        says = f"the gate crashed: {describe(error)}"
        checks = [CheckResult(stage, "gate_runs", False, CRITICAL, 0, 0, says=says)]
    critical = [check for check in checks if check.severity == CRITICAL]
    result = GateResult(
        stage=stage,
        passed=bool(critical) and all(check.passed for check in critical),
        checks=checks,
        run_id=run_id,
        as_of=as_of.isoformat() if as_of else "",
        suite_digest=_digest(suites),
    )
    write_result(settings, result)
    record(settings, result)
    fault_point("gate_after")
    shown = "green" if result.passed else "red"
    log.info("gate %s is %s: %d checks, %d failed", stage, shown, len(checks), len(result.failed))
    return result


def record(settings: Settings, result: GateResult) -> None:
    """Write to the ledger what was asked and how it ended; a suite that asks less is said aloud."""
    if not settings.ledger_file.exists():
        return
    ledger = Ledger(settings.ledger_file)
    try:
        before = [e.detail for e in ledger.events("gate") if e.subject == result.stage][-1:]
        asked = len(result.checks)
        if before and asked < before[0]["checks"] * (1 - SHRUNK_SHARE):
            fields = {"stage": result.stage, "checks": asked, "before": before[0]["checks"]}
            log.warning("%s", RapportError("RP-2004", **fields))
        detail = {
            "run_id": result.run_id,
            "as_of": result.as_of,
            "passed": result.passed,
            "checks": asked,
            "failed": len(result.failed),
            "suite_digest": result.suite_digest,
        }
        ledger.append_event("gate", result.stage, detail)
    finally:
        ledger.close()


def declared(stage: str, world: World) -> list[Suite]:
    """The suites of a stage, as its file declares them for this world."""
    return import_module(f"expectations.{stage}").suites(world)


def build_docs(settings: Settings) -> Path:
    """Write the pages people read about gates, from the kept counts; return the index."""
    from expectations.docs import write_docs

    return write_docs(settings)


def _judge(settings: Settings, stage: str, suites: list[Suite]) -> list[CheckResult]:
    if not any(suite.checks for suite in suites):
        return []
    from expectations.engine import judge

    return judge(stage, statements(settings, stage), suites)


def _digest(suites: list[Suite]) -> str:
    """Fingerprint of what was asked, so that a weakened suite is seen in the results."""
    asked = sorted(repr((s.table, [astuple(c) for c in s.checks])) for s in suites)
    return hashlib.sha256("\n".join(asked).encode()).hexdigest()[:16]
