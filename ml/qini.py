"""How well a ranking finds those whom a contact changes: Qini curve, uplift by tenth, intervals.

Radcliffe (2007), Using Control Groups to Target on Predicted Lift. Everything is by intention to
treat: whoever was drawn for the contact counts as treated. What does not belong here: learning a
ranking (`uplift.py`).
"""

from dataclasses import dataclass

import numpy as np

from ml import metrics

DRAWS = 200
"""Resamples of an interval; its ends then move by about a tenth of its width."""
STEPS = 100


@dataclass(frozen=True)
class Interval:
    """An estimate and the bounds that cover it in 95 of 100 repetitions."""

    value: float
    low: float
    high: float


class Ranked:
    """People in the order of a score, in steps of a hundredth; equal scores are never parted.

    So a ranking that says nothing is one step, and its curve the straight line.
    """

    def __init__(self, treated: np.ndarray, response: np.ndarray, score: np.ndarray) -> None:
        """Sort once; a resample then only counts."""
        order = np.argsort(-score, kind="stable")
        is_last = np.append(np.diff(score[order]) != 0, True)
        ends = np.flatnonzero(is_last)
        group_end = ends[np.cumsum(is_last) - is_last]
        self._step = np.empty(len(score), np.int64)
        self._step[order] = group_end * STEPS // len(score)
        self._cells = [treated & response, treated, ~treated & response, ~treated]

    def curve(self, weight: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Return (share of the audience, extra responses per treated customer), best first.

        Radcliffe's gain R_t - R_c N_t / N_c over the first k customers, divided by all treated.
        """
        weight = np.ones(len(self._step)) if weight is None else weight
        r_treated, n_treated, r_control, n_control = (
            np.cumsum(np.bincount(self._step[cell], weight[cell], STEPS)) for cell in self._cells
        )
        scale = np.divide(n_treated, n_control, out=np.zeros(STEPS), where=n_control > 0)
        gain = (r_treated - r_control * scale) / n_treated[-1]
        people = n_treated + n_control
        return np.append(0.0, people / people[-1]), np.append(0.0, gain)

    def coefficient(self, weight: np.ndarray | None = None) -> float:
        """Return the area between the curve and the line to its end: 0 for a random order."""
        share, gain = self.curve(weight)
        return float(np.trapezoid(gain, share) - gain[-1] / 2)


def resamples(cluster: np.ndarray, seed: int) -> np.ndarray:
    """Return DRAWS rows of weights, the same for all rows of a customer (Poisson bootstrap)."""
    _, member = np.unique(cluster, return_inverse=True)
    rng = np.random.default_rng(seed)
    return rng.poisson(1.0, (DRAWS, member.max() + 1)).astype(np.int8)[:, member]


def interval(value: float, draws: np.ndarray) -> Interval:
    """Return the percentile interval of a bootstrapped figure."""
    low, high = np.quantile(draws, [0.025, 0.975])
    return Interval(value, float(low), float(high))


def difference(treated_hits: int, treated: int, control_hits: int, control: int) -> Interval:
    """Return the difference of two shares with Newcombe's (1998) interval, method 10."""
    p, q = treated_hits / treated, control_hits / control
    p_low, p_high = metrics.wilson(treated_hits, treated)
    q_low, q_high = metrics.wilson(control_hits, control)
    low = p - q - np.hypot(p - p_low, q_high - q)
    return Interval(p - q, float(low), float(p - q + np.hypot(p_high - p, q - q_low)))


def by_decile(
    treated: np.ndarray, response: np.ndarray, standing: np.ndarray, score: np.ndarray
) -> list[dict[str, float]]:
    """Return counts, mean score and observed uplift of every tenth of a standing, best first."""
    order = metrics.best_first(standing)
    decile = metrics.decile_of(np.arange(1, len(score) + 1), len(score))
    table = []
    for number in range(1, 11):
        rows = order[decile == number]
        drawn, hit = treated[rows], response[rows]
        counts = int((drawn & hit).sum()), int(drawn.sum()), int((~drawn & hit).sum())
        counts = (*counts, int((~drawn).sum()))
        if not (counts[1] and counts[3]):
            continue
        observed = difference(*counts)
        table.append(
            {
                "decile": number,
                "customers_count": len(rows),
                "treated_count": counts[1],
                "treated_responses_count": counts[0],
                "control_count": counts[3],
                "control_responses_count": counts[2],
                "predicted_share": float(score[rows].mean()),
                "uplift_itt_share": observed.value,
                "uplift_itt_ci_low_share": observed.low,
                "uplift_itt_ci_high_share": observed.high,
            }
        )
    return table
