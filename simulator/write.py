"""The world lives: one pass over the periods, each subject in turn, files written as it goes.

What was seen in a period becomes the history of the next (the order within one: steps.py). What
does not belong here: how a subject behaves.
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from simulator import answers, balances, service, steps
from simulator.export import Exporter
from simulator.history import History
from simulator.layout import layouts
from simulator.people import make_people
from simulator.periods import FAR, periods
from simulator.randomness import stream
from simulator.records import make_records
from simulator.sentinels import Placeholders
from simulator.spoil import Spoiler
from simulator.subscriptions import Subscriptions, add_starter_bundles
from simulator.truth import Truth
from simulator.world import Density, World

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class WorldSummary:
    """What was written."""

    rows: dict[str, int]
    files: dict[str, int]


def write_world(
    landing: Path,
    truth: Path,
    customers: int = 20_000,
    seed: int = 7,
    start: date = date(2025, 10, 1),
    months: int = 13,
    days: int = 7,
    density: Density | None = None,
) -> WorldSummary:
    """Let a world live and write its exports; same arguments, same bytes."""
    plan = list(periods(start, months, days))
    first, last = plan[1].first, plan[-1].last
    sheet = Truth(Path(truth))
    people = make_people(customers, seed, first, last)
    world = World(
        seed=seed,
        density=density or Density(),
        people=people,
        records=make_records(people, seed, last),
        subs=Subscriptions(),
        history=History(customers, seed),
        taste=service.agent_taste(seed, customers),
        pushed_from=plan[1 + 2 * months // 3].first + 14,
        balance=balances.opening_balances(stream(seed, "balances"), people),
        exporter=Exporter(
            Path(landing), layouts(), (Placeholders(seed, sheet), Spoiler(seed, sheet))
        ),
        truth=sheet,
        account_closed=np.full(2 * customers, FAR, np.int32),
    )
    existing = np.flatnonzero(people.joined < first)
    add_starter_bundles(world.subs, stream(seed, "bundles"), people, existing, first - 1)
    for period in plan:
        steps.live(world, period)
        if not period.deliveries:
            world.start_watching()
            continue
        log.info("simulator: delivered up to %s", period.deliveries[-1].business_date)
    answers.note_identity(world, last)
    answers.note_look_alikes(world)
    answers.note_name_errors(world, last)
    answers.note_agents(world)
    answers.note_scalars(world)
    world.truth.write()
    return WorldSummary(dict(world.exporter.rows), dict(world.exporter.files))
