"""The effects of past campaigns as a table: every trial that is large enough, judged and written.

What does not belong here: learning (`uplift.py`), reading (`trial.py`).
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa

from ml import features, trial, uplift
from ml.qini import Interval
from ml.trial import Group
from warehouse.errors import RapportError
from warehouse.files import write_parquet
from warehouse.layouts.effects import UPLIFT, effects_file
from warehouse.settings import Settings

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class EffectResult:
    """What was judged, for the run's metadata."""

    rows: int
    path: Path
    found: dict[str, dict[str, Any]]
    """Per offer the judgement of `uplift.judge`."""
    problems: list[str]
    """Why other offers show no effect."""


def measure(settings: Settings, as_of: date) -> EffectResult:
    """Judge every trial that has matured by `as_of` and write the table of uplift."""
    large, problems = [], []
    with features.connect(settings) as con:
        for group in trial.groups(con, as_of):
            try:
                group.require_enough()
                large.append(group)
            except RapportError as problem:
                problems.append(str(problem))
        trials = trial.read(con, large) if large else {}
    found = {}
    for offer, people in trials.items():
        try:
            found[offer] = uplift.judge(people, uplift.cross_fitted(people))
        except RapportError as problem:
            problems.append(f"{offer}: {problem}")
    judged = [group for group in large if group.offer in found]
    rows = [row for group in judged for row in _rows(group, found[group.offer])]
    path = effects_file(settings.lake, "uplift")
    write_parquet(pa.Table.from_pylist(rows, schema=UPLIFT), path)
    log.info("uplift: %d offers judged, %d with too few held out", len(judged), len(problems))
    return EffectResult(len(rows), path, found, problems)


def _rows(group: Group, judged: dict[str, Any]) -> list[dict[str, Any]]:
    common = {
        "offer_code": group.offer,
        "objective_code": group.objective,
        "family_code": group.family,
        "overall_itt_share": judged["effect"].value,
        "campaigns_count": group.campaigns,
        "window_from": group.window[0],
        "window_to": group.window[1],
    }
    return [
        {
            **common,
            "ranking_code": ranking,
            **_bounds("qini", figures["qini"]),
            **_bounds("qini_over_response", figures["qini_over_response"]),
            **tenth,
        }
        for ranking, figures in judged["rankings"].items()
        for tenth in figures["deciles"]
    ]


def _bounds(name: str, found: Interval) -> dict[str, float]:
    return {
        f"{name}_itt_share": found.value,
        f"{name}_itt_ci_low_share": found.low,
        f"{name}_itt_ci_high_share": found.high,
    }
