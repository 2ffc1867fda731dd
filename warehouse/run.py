"""One run from the command line: sample, lease, "is there anything to do", launch, last words.

What does not belong here: the steps (Dagster's), printing (`commands`).
"""

import gc
import logging
import shutil
from dataclasses import dataclass
from datetime import date

from warehouse import pending
from warehouse.engine import audit
from warehouse.errors import RapportError
from warehouse.indicators import registry, restating
from warehouse.lease import lease
from warehouse.ledger import Ledger
from warehouse.page_cache import read_ahead
from warehouse.publication import published
from warehouse.settings import CHECKOUT, Settings

log = logging.getLogger("rapport")
NEWEST, DATED = "newest", "dated"
"""By which definitions the past is computed: today's, or those of its own days."""
COLLECTED_AFTER = (100_000, 20, 100)
"""New objects before Python looks for cycles, and how much more seldom among older ones. Half a
million objects of the project live as long as the process: looking through them every time they
have grown by a quarter took a ninth of a run."""


@dataclass(frozen=True)
class Ended:
    """How it ended, in words."""

    is_green: bool
    lines: tuple[str, ...]
    is_gate: bool = False
    """Whether it was a gate or a test that stopped it."""


def run_once(
    settings: Settings,
    as_of: date | None = None,
    sample: bool = False,
    full_refresh: bool = False,
    definitions: str | None = None,
) -> Ended:
    """Run everything that has to be run; a second run without new files does nothing.

    Args:
        settings: Of this installation.
        as_of: Day everything is seen from; the newest delivery's when not given.
        sample: Whether to write sample exports first.
        full_refresh: Whether to build every table from nothing.
        definitions: `newest` restates the past by the definitions of the run's day, `dated` takes
            that back; without it every day keeps the definitions decided before.

    Raises:
        RapportError: RP-3002 when another run holds the lease, RP-3007 when nothing was delivered.
    """
    gc.set_threshold(*COLLECTED_AFTER)
    with lease(settings):
        if sample and not _has_landed(settings):
            _read_project(settings)
            write_sample(settings)
        found = pending.look_for(settings)
        day = as_of or found.as_of
        if day is None:
            raise RapportError("RP-3007", folder=settings.landing)
        if definitions:
            _decide_on(settings, definitions, day)
        if not (found.is_new or full_refresh) and _is_done(settings, day):
            return _published(settings, "nothing new: ")
        read_ahead()
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
    from warehouse.engine.dbt_runner import parse

    log.info("project: reading its models and tests, once")
    parse(settings)


def _decide_on(settings: Settings, definitions: str, day: date) -> None:
    """Note in the ledger by which definitions the past is computed from now on."""
    known = {name: entry.versions for name, entry in registry.declared(CHECKOUT / "dbt").items()}
    is_newest = definitions == NEWEST
    names = restating.restate(settings, known, day) if is_newest else restating.withdraw(settings)
    log.info("definitions: %s for %d indicators %s", definitions, len(names), ", ".join(names))


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
