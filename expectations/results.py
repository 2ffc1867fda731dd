"""What a gate says: counts per check, kept as JSON beside the lake.

Importable without Great Expectations, so that publishing, reports and Dagster can read results.
A result holds names and counts only. What does not belong here: evaluation, rendering.
"""

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from warehouse.errors import RapportError
from warehouse.files import write_json
from warehouse.settings import Settings

STAGES = ("raw", "customer", "indicators", "scores", "marts")
"""Every gate, in the order of the run."""


@dataclass(frozen=True)
class CheckResult:
    """Outcome of one check. `unexpected_count` counts rows; 1 for a number out of bounds."""

    table: str
    name: str
    passed: bool
    severity: str
    evaluated: int
    unexpected_count: int
    observed: float | None = None
    """The number a measure found: a count, share or ratio over a whole relation."""
    says: str = ""
    """The rule as a sentence."""
    why: str = ""


@dataclass(frozen=True)
class GateResult:
    """Outcome of one stage. Red unless something was checked and nothing critical failed."""

    stage: str
    passed: bool
    checks: list[CheckResult]
    run_id: str = ""
    as_of: str = ""
    suite_digest: str = ""

    @property
    def failed(self) -> list[CheckResult]:
        """Checks that failed, critical ones first."""
        return sorted(
            (check for check in self.checks if not check.passed),
            key=lambda check: check.severity != "critical",
        )

    def require_green(self) -> None:
        """Raise RP-2002 when nothing was checked and RP-2001 when a critical check failed."""
        if not self.checks:
            raise RapportError("RP-2002", stage=self.stage)
        if not self.passed:
            names = [f"{c.table}.{c.name}" for c in self.failed if c.severity == "critical"]
            shown = ",".join(names[:5]) or "none"
            raise RapportError("RP-2001", stage=self.stage, failed=len(names), checks=shown)


def result_file(settings: Settings, stage: str) -> Path:
    """Where the result of a stage is kept."""
    return settings.lake / "gates" / f"{stage}.json"


def write_result(settings: Settings, result: GateResult) -> None:
    """Keep a result; equal results give equal bytes."""
    path = result_file(settings, result.stage)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_json(asdict(result), path)


def read_result(settings: Settings, stage: str) -> GateResult | None:
    """The kept result of a stage, or None when there is none that can be read."""
    try:
        kept = json.loads(result_file(settings, stage).read_text())
        checks = [CheckResult(**check) for check in kept.pop("checks")]
        return GateResult(checks=checks, **kept)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def require_all_green(settings: Settings, run_id: str, as_of: date) -> list[GateResult]:
    """The five results of this run, or an error when one is missing, red or from another run."""
    results = []
    for stage in STAGES:
        result = read_result(settings, stage)
        if result is None:
            raise RapportError("RP-2002", stage=stage, reason="missing")
        if (result.stage, result.run_id, result.as_of) != (stage, run_id, as_of.isoformat()):
            raise RapportError("RP-2002", stage=stage, reason="of_another_run")
        result.require_green()
        results.append(result)
    return results
