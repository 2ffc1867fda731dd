"""Indicators on one scale, so that yuan do not outweigh minutes: the space clusters lie in.

Robust z: the distance from the median in units of 1.4826 median absolute deviations, which is the
standard deviation of a normal (Hampel 1974); where more than half are equal, of 1.2533 mean
absolute deviations (Iglewicz and Hoaglin 1993). Amounts and counts are skewed and enter as
logarithms. What does not belong here: where numbers come from, which clusters there are.
"""

from dataclasses import dataclass

import numpy as np

from ml.features import Feature

FAR = 3.0
"""Beyond three deviations everything is just far: one giant must not make a cluster."""
LEAST_KNOWN_SHARE = 0.5
"""Whoever is known by less than half of the indicators would be placed by chance."""
AMOUNTS = {2, 3, 4, 5, 6}
"""Aggregation digits of a code that mean a sum, a count or an amount (dbt/macros/indicator.sql)."""


@dataclass(frozen=True)
class Space:
    """The scale of each indicator."""

    names: tuple[str, ...]
    is_amount: np.ndarray
    median: np.ndarray
    scale: np.ndarray

    def placed(self, matrix: np.ndarray) -> np.ndarray:
        """Return indicators (columns as `names`) as robust z; what is missing stays missing."""
        z = (_levelled(matrix, self.is_amount) - self.median) / self.scale
        return np.clip(z, -FAR, FAR)


def measure(features: list[Feature], matrix: np.ndarray) -> tuple[Space, dict[str, str]]:
    """Return the scale of every indicator that tells something, and why the others do not."""
    is_amount = np.array([feature.code // 100 % 10 in AMOUNTS for feature in features])
    levelled = _levelled(matrix, is_amount)
    left_out, kept, medians, scales = {}, [], [], []
    for at, feature in enumerate(features):
        seen = levelled[~np.isnan(levelled[:, at]), at]
        if len(seen) < LEAST_KNOWN_SHARE * len(levelled):
            left_out[feature.name] = "mostly_missing"
            continue
        distance = np.abs(seen - np.median(seen))
        scale = 1.4826 * np.median(distance) or 1.2533 * distance.mean()
        if scale == 0:
            left_out[feature.name] = "constant"
            continue
        kept.append(at)
        medians.append(round(float(np.median(seen)), 6))
        scales.append(max(round(float(scale), 6), 1e-6))
    names = tuple(features[at].name for at in kept)
    return Space(names, is_amount[kept], np.array(medians), np.array(scales)), left_out


def _levelled(matrix: np.ndarray, is_amount: np.ndarray) -> np.ndarray:
    return np.where(is_amount, np.sign(matrix) * np.log1p(np.abs(matrix)), matrix)
