"""When a model in service is in order, worth a look, or wrong: the rules, as data with reasons.

Every rule looks at one week of one version: what was served, what came of it, how far customers
have moved. What does not belong here: the figures (`live.py`), and what follows (`watch.py`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import Any

Week = dict[str, Any]
STATES = ("ok", "warn", "stopped", "stale", "unmatured")

LEAST_OUTCOMES = 10
"""Expected or seen, and of those without the outcome: fewer, and the normal approximation of a
share is wrong by more than the rules are strict (Brown, Cai and DasGupta 2001)."""
UNLIKELY = 3.29
"""Standard errors that chance exceeds once in a thousand: ten offers a week are fifty looks in a
month, and a healthy model must not be stopped for one of them."""
FACTOR = 2.0
"""With a million outcomes any gap is beyond chance; beyond twice or half it also costs money."""
DRIFT = 0.25
"""A population stability index above this is called a major shift (Siddiqi 2006)."""
LEAST_SCORED = 400
"""Below that chance alone gives an index of .025 and more, a tenth of what counts."""


@dataclass(frozen=True)
class Rule:
    """One way to go wrong."""

    reason_code: str
    state_code: str
    why: str
    holds: Callable[[Week, Week], bool]
    """Of a week and the week before it of the same version; that may be empty."""


def judged(week: Week, before: Week) -> tuple[str, str | None]:
    """Return the state of a week and the rule behind it; the first rule that holds decides."""
    for rule in RULES:
        if rule.holds(week, before):
            return rule.state_code, rule.reason_code
    return ("ok" if _enough(week) else "unmatured"), None


def standard_errors(week: Week) -> float:
    """How many standard errors of the predicted share the observed one is away (score test).

    As if all had the mean probability: customers of unequal probability spread less, so the test
    errs on the side of the model.
    """
    p, n = week["predicted_share"], week["matured_count"]
    return (week["observed_share"] - p) / sqrt(p * (1 - p) / n)


def _enough(week: Week) -> bool:
    n = week["matured_count"]
    if not n:
        return False
    seen, expected = week["positives_count"], n * week["predicted_share"]
    return max(seen, expected) >= LEAST_OUTCOMES <= n - max(seen, expected)


def _is_off(week: Week, _: Week) -> bool:
    return _enough(week) and abs(standard_errors(week)) > UNLIKELY


def _is_far_off(week: Week, before: Week) -> bool:
    if not _is_off(week, before) or week["method_code"] == "base_rate":
        return False
    low, high = sorted((week["observed_share"], week["predicted_share"]))
    return low == 0 or high / low > FACTOR


def _ranks_backwards(week: Week, _: Week) -> bool:
    return week["auc_ci_high"] is not None and week["auc_ci_high"] < 0.5


def _ranks_nobody(week: Week, _: Week) -> bool:
    return week["auc_ci_low"] is not None and week["auc_ci_low"] < 0.5


def _has_drifted(week: Week, _: Week) -> bool:
    enough = week["customers_count"] >= LEAST_SCORED
    return enough and (week["score_drift_index"] or 0) > DRIFT


def _keeps_drifting(week: Week, before: Week) -> bool:
    return bool(before) and _has_drifted(week, before) and _has_drifted(before, {})


def _follows_drifted(week: Week, _: Week) -> bool:
    enough = week["customers_count"] >= LEAST_SCORED
    return enough and (week["indicator_drift_index"] or 0) > DRIFT


RULES = (
    Rule(
        "miscalibrated",
        "stopped",
        "observed beyond chance (p < .001) and more than twice or less than half of predicted: "
        "every expected value of a list is wrong by as much; a base rate is counted anew instead",
        _is_far_off,
    ),
    Rule("ranks_backwards", "stopped", "best are worst: AUC interval below .5", _ranks_backwards),
    Rule(
        "scores_drifted",
        "stopped",
        "scores moved by a major shift two weeks running: they are of people it never learnt from",
        _keeps_drifting,
    ),
    Rule("off", "warn", "observed beyond chance, within twice: look before the next list", _is_off),
    Rule("ranks_nobody", "warn", "its ranking cannot be told from chance", _ranks_nobody),
    Rule("scores_moved", "warn", "scores moved by a major shift this week", _has_drifted),
    Rule("indicators_moved", "warn", "a weighty indicator has moved", _follows_drifted),
)
