"""One run from the command line: sample, lease, "is there anything to do", launch, last words.

What does not belong here: the steps (Dagster's), printing (`cli`).
"""

import logging
import shutil
from dataclasses import dataclass
from datetime import date

from warehouse import audit, pending, published
from warehouse.errors import RapportError
from warehouse.lease import lease
from warehouse.ledger import Ledger
from warehouse.settings import Settings

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class Ended:
    """How it ended, in words."""

    is_green: bool
    lines: tuple[str, ...]
    is_gate: bool = False
    """Whether it was a gate or a test that stopped it."""


def run_once(
    settings: Settings, as_of: date | None = None, sample: bool = False, full_refresh: bool = False
) -> Ended:
    """Run everything that has to be run; a second run without new files does nothing.

    Raises:
        RapportError: RP-3002 when another run holds the lease, RP-3007 when nothing was delivered.
    """
    with lease(settings):
        if sample and not _has_landed(settings):
            _read_project(settings)
            write_sample(settings)
        found = pending.look_for(settings)
        day = as_of or found.as_of
        if day is None:
            raise RapportError("RP-3007", folder=settings.landing)
        if not (found.is_new or full_refresh) and _is_done(settings, day):
            return _published(settings, "nothing new: ")
        from dagster_project.launch import run_full

        ending = run_full(settings, day, full_refresh)
    if ending.state == "succeeded":
        return _published(settings)
    current = published.current(settings)
    kept = f"generation {current} stays published" if current else "nothing is published yet"
    return Ended(False, (ending.message, kept), is_gate=ending.state == "stopped")


def write_sample(settings: Settings) -> bool:
    """Write the sample exports unless something lies in the landing folder; all of them or none."""
    if _has_landed(settings):
        return False
    from simulator.write import write_world

    log.info("sample: writing the exports of CRM, BOSS and web systems")
    unfinished = settings.home / "landing.unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    write_world(unfinished, settings.truth)
    settings.landing.parent.mkdir(parents=True, exist_ok=True)
    unfinished.rename(settings.landing)
    return True


def _has_landed(settings: Settings) -> bool:
    return settings.landing.exists() and any(settings.landing.rglob("*"))


def _read_project(settings: Settings) -> None:
    """Parse the dbt project, which every run reuses until the project changes."""
    from warehouse.dbt_runner import parse

    log.info("project: reading its models and tests, once")
    parse(settings)


def _published(settings: Settings, before: str = "") -> Ended:
    """Say which generation is out and where a person looks next."""
    current = settings.published / "current"
    return Ended(
        True,
        (
            f"{before}generation {published.current(settings)} is published",
            f"  marts   {current / 'marts.duckdb'}",
            f"  report  {current / 'report.html'}",
            "  graph   make ui",
        ),
    )


def _is_done(settings: Settings, day: date) -> bool:
    """Whether a run published all there is and came to its end; a rollback since then stands."""
    current = published.current(settings)
    if current is None:
        return False
    wanted = audit.generation_id(settings, day)
    ledger = Ledger(settings.ledger_file)
    finished = any(
        found.generation_id == wanted
        and found.state == published.PUBLISHED
        and ledger.run_state(found.fence) == "succeeded"
        for found in ledger.generations()
    )
    ledger.close()
    return finished and wanted in published.generations(settings)
