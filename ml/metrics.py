"""How good a score is: ranking, calibration, lift; in plain NumPy.

What does not belong here: what is good enough (`gates.py`).
"""

import numpy as np

BINS = 10
NORMAL_95 = 1.959963984540054
"""A normal value lies within so many deviations of its mean in 95 of 100 draws."""


def wilson(seen: int, n: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927)."""
    z2 = NORMAL_95**2
    middle = (seen + z2 / 2) / (n + z2)
    half = NORMAL_95 * np.sqrt(seen * (n - seen) / n + z2 / 4) / (n + z2)
    return float(middle - half), float(middle + half)


def auc(label: np.ndarray, score: np.ndarray) -> float:
    """Return the probability that a positive outranks a negative, ties counting half."""
    _, position, count = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    ranks = (last - (count - 1) / 2)[position]
    positives = int(label.sum())
    negatives = len(label) - positives
    return float(
        (ranks[label == 1].sum() - positives * (positives + 1) / 2) / (positives * negatives)
    )


def auc_standard_error(area: float, positives: int, negatives: int) -> float:
    """Return how far chance moves an AUC (Hanley and McNeil 1982)."""
    first, second = area / (2 - area), 2 * area * area / (1 + area)
    spread = (positives - 1) * (first - area * area) + (negatives - 1) * (second - area * area)
    return float(np.sqrt((area * (1 - area) + spread) / (positives * negatives)))


def log_losses(label: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Return each row's log loss; paired differences of these compare two models."""
    safe = np.clip(p, 1e-6, 1 - 1e-6)
    return -np.where(label == 1, np.log(safe), np.log1p(-safe))


def calibration_bins(label: np.ndarray, p: np.ndarray) -> list[dict[str, float]]:
    """Return ten equally filled bins of predicted against observed share, lowest first."""
    order = np.argsort(p, kind="stable")
    return [
        {
            "rows": len(part),
            "predicted": float(p[part].mean()),
            "observed": float(label[part].mean()),
        }
        for part in np.array_split(order, BINS)
        if len(part)
    ]


def calibration_error(bins: list[dict[str, float]]) -> float:
    """Return the mean distance between predicted and observed share."""
    rows = sum(part["rows"] for part in bins)
    return sum(part["rows"] * abs(part["predicted"] - part["observed"]) for part in bins) / rows


def calibration_noise(bins: list[dict[str, float]]) -> float:
    """Return the calibration error that chance alone would give a perfect score."""
    rows = sum(part["rows"] for part in bins)
    spread = (
        part["rows"] * np.sqrt(part["predicted"] * (1 - part["predicted"]) / part["rows"])
        for part in bins
    )
    return float(sum(spread) * np.sqrt(2 / np.pi) / rows)


def decile_of(rank: np.ndarray, rows: int) -> np.ndarray:
    """Return the decile of ranks counting from 1: the best tenth is 1, all are equally full."""
    return (rank - 1) * 10 // rows + 1


def best_first(*scores: np.ndarray) -> np.ndarray:
    """Return positions from the best to the worst; later scores break ties, then position does."""
    return np.lexsort([-score for score in reversed(scores)])


def lift_table(label: np.ndarray, p: np.ndarray, p_raw: np.ndarray) -> list[dict[str, float]]:
    """Return one row per decile, best first, as the marts show it."""
    order = best_first(p, p_raw)
    decile = decile_of(np.arange(1, len(p) + 1), len(p))
    base = label.mean()
    table = []
    for number in range(1, 11):
        rows = order[decile == number]
        if len(rows):
            observed = float(label[rows].mean())
            table.append(
                {
                    "decile": number,
                    "customers_count": len(rows),
                    "mean_predicted_share": float(p[rows].mean()),
                    "observed_share": observed,
                    "lift": observed / float(base),
                }
            )
    return table


def summary(label: np.ndarray, p: np.ndarray, p_raw: np.ndarray) -> dict[str, object]:
    """Return all figures of a hold-out."""
    bins, positives = calibration_bins(label, p), int(label.sum())
    # complex numbers sort by their real part and then by the other: as customers are ranked
    area = auc(label, p + 1j * p_raw)
    return {
        "rows": len(label),
        "positives": positives,
        "auc": area,
        "auc_standard_error": auc_standard_error(area, positives, len(label) - positives),
        "brier_score": float(np.mean((p - label) ** 2)),
        "calibration_error": calibration_error(bins),
        "calibration_noise": calibration_noise(bins),
        "mean_predicted": float(p.mean()),
        "observed": float(label.mean()),
        "calibration": bins,
        "lift": lift_table(label, p, p_raw),
    }
