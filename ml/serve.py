"""One offer, one run: a look at what was served, a fit, then scores by whoever is champion.

What stops an offer stops that offer alone: it goes without scores of the day, says why, and the
gate warns; the other offers and the run go on. What does not belong here: how (`train.py`,
`score.py`).
"""

import logging
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from ml import novelty, watch
from ml.registry import declaration
from ml.score import ScoreResult, score_offer
from ml.train import FitResult, fit_offer
from warehouse.errors import RapportError
from warehouse.settings import Settings

log = logging.getLogger("rapport")

UNSERVED = {"RP-4001", "RP-4003", "RP-4004", "RP-4005", "RP-4009", "RP-4013"}


@dataclass(frozen=True)
class Served:
    """What became of an offer."""

    fit: FitResult
    scored: ScoreResult | None
    problem: RapportError | None
    """Why there are no scores, or else why there is no new model."""
    weeks: list[dict[str, Any]] = field(default_factory=list)
    """What came of earlier scores, week by week."""


def serve_offer(settings: Settings, offer: str, as_of: date) -> Served:
    """Judge what was served, fit and score; without a sound champion there are no new scores."""
    past = watch.look_back(settings, offer, as_of)
    if refused := novelty.refusal(settings, declaration(offer)):
        log.warning("%s", refused)
        fit = FitResult(offer, "refused", None, None, reason=refused.code, problem=refused)
    else:
        fit = fit_offer(settings, offer, as_of)
    scored, problem = _scored(settings, offer, as_of, fit)
    weeks = watch.report(settings, offer, as_of, past, is_scored=scored is not None)
    return Served(fit, scored, problem or fit.problem, weeks)


def _scored(
    settings: Settings, offer: str, as_of: date, fit: FitResult
) -> tuple[ScoreResult | None, RapportError | None]:
    if fit.champion is None:
        return None, None
    try:
        watch.require_serving(settings, offer)
        return score_offer(settings, offer, as_of), None
    except RapportError as problem:
        if problem.code not in UNSERVED:
            raise
        log.warning("%s", problem)
        return None, problem
