"""Installations for benchmarks: a simulated world taken in, with all that dbt reads.

What does not belong here: measuring.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.engine.dbt_runner import NodeResult

LIGHT_FROM = 100_000
"""From so many customers on, each has fewer events: disks are finite."""


def make(home: Path, customers: int, months: int = 13, days: int = 7) -> Settings:
    """Write a world of so many customers into the landing folder of a new installation."""
    from simulator import Density, write_world

    density = Density.light() if customers >= LIGHT_FROM else Density()
    settings = Settings(home=home, settle_seconds=0)
    shape = {"months": months, "days": days, "density": density}
    write_world(settings.landing, settings.truth, customers, **shape)
    return settings


def take_in(settings: Settings) -> date:
    """Everything before dbt: intake, identity, names, registries; return the day."""
    from warehouse import pending
    from warehouse.engine import audit
    from warehouse.identity import resolve
    from warehouse.intake.take import run_intake
    from warehouse.name_quality import judge

    as_of = pending.look_for(settings).as_of
    run_intake(settings)
    resolve(settings, as_of)
    audit.write(settings, as_of)
    judge(settings, as_of)
    return as_of


def build(settings: Settings) -> "list[NodeResult]":
    """All layers of dbt, one after the other, as a run builds them; no model has scored here.

    Raises:
        RapportError: RP-3012 when a table or test could not be built.
    """
    from warehouse.engine import dbt_layers, dbt_runner

    layers = (dbt_runner.run_layer(settings, layer) for layer in dbt_layers.LAYERS)
    return [result for layer in layers for result in layer]


def in_home(work: Callable[[Settings], object], name: str) -> Callable[[Path], None]:
    """A side of a benchmark: work on the installation of that name in the benchmark's folder."""

    def side(folder: Path) -> None:
        work(Settings(home=folder / name, settle_seconds=0))

    return side
