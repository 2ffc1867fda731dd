"""One offer, one run: fit, perhaps a new champion, then scores by whoever is champion.

What stops an offer stops that offer alone: it goes without scores of the day, says why, and the
gate warns; the other offers and the run go on. What does not belong here: how (`train.py`,
`score.py`).
"""

import logging
from dataclasses import dataclass
from datetime import date

from ml.score import ScoreResult, score_offer
from ml.train import FitResult, fit_offer
from warehouse.errors import RapportError
from warehouse.settings import Settings

log = logging.getLogger("rapport")

UNSERVED = {"RP-4001", "RP-4003", "RP-4004", "RP-4005", "RP-4009"}


@dataclass(frozen=True)
class Served:
    """What became of an offer."""

    fit: FitResult
    scored: ScoreResult | None
    problem: RapportError | None
    """Why there are no scores, or else why there is no new model."""


def serve_offer(settings: Settings, offer: str, as_of: date) -> Served:
    """Fit and score an offer; without a champion that can score it has no scores of the day."""
    fit = fit_offer(settings, offer, as_of)
    if fit.champion is None:
        return Served(fit, None, fit.problem)
    try:
        return Served(fit, score_offer(settings, offer, as_of), fit.problem)
    except RapportError as problem:
        if problem.code not in UNSERVED:
            raise
        log.warning("%s", problem)
        return Served(fit, None, problem)
