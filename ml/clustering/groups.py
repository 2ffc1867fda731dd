"""How many clusters there are and where: k-means, k by stability and silhouette.

Stability is the mean adjusted Rand index (Hubert and Arabie 1985, J. Classification 2, 193-218)
between the clusters of the sample and those of bootstrap samples, both placing the whole sample;
the silhouette (Rousseeuw 1987, J. Comp. Appl. Math. 20, 53-65) says how far apart they are. What
does not belong here: numbers and meaning of clusters (`labels.py`, `words.py`).
"""

from dataclasses import dataclass

import numpy as np

STABLE = 0.8
"""Steinley (2004, Psychol. Methods 9, 386-396): above .8 a recovery is good, below .65 poor."""
BOOTSTRAPS = 8
"""The standard error of their mean is about .03, small against the .15 between good and poor."""
STARTS = 5
LEAST_SHARE = 0.02
"""A group of less than a fiftieth is a handful of odd customers and no audience."""


@dataclass(frozen=True)
class Study:
    """How well one number of clusters fits."""

    k: int
    stability: float
    silhouette: float
    least_share: float
    centres: np.ndarray


def study(z: np.ndarray, most: int, seed: int) -> list[Study]:
    """Return what each number of clusters from 2 to `most` is worth; `z` has no missing value.

    One thread: sums of several come in any order, and last digits decide about ties.
    """
    from sklearn.cluster import KMeans
    from sklearn.metrics import adjusted_rand_score, silhouette_score
    from threadpoolctl import threadpool_limits

    rng = np.random.default_rng(seed)
    found = []
    with threadpool_limits(1):
        drawn = [z[rng.integers(0, len(z), len(z))] for _ in range(BOOTSTRAPS)]
        for k in range(2, min(most, len(np.unique(z, axis=0)) - 1) + 1):
            fitted = KMeans(k, n_init=STARTS, random_state=seed).fit(z)
            again = [KMeans(k, n_init=3, random_state=seed).fit(rows) for rows in drawn]
            agreement = [adjusted_rand_score(fitted.labels_, one.predict(z)) for one in again]
            found.append(
                Study(
                    k,
                    round(float(np.mean(agreement)), 4),
                    round(float(silhouette_score(z, fitted.labels_)), 4),
                    round(float(np.bincount(fitted.labels_, minlength=k).min() / len(z)), 4),
                    np.round(fitted.cluster_centers_, 6),
                )
            )
    return found


def best(studies: list[Study], least_share: float = LEAST_SHARE) -> Study | None:
    """Return the one whose clusters are farthest apart, the smaller k where equal.

    Only such count as another sample would have found too, and without a handful of odd customers.
    """
    sound = [one for one in studies if one.stability >= STABLE and one.least_share >= least_share]
    return max(sound, key=lambda one: (one.silhouette, -one.k), default=None)


def nearest(z: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """Return the position of each row's nearest centre, by the indicators that are known.

    The mean squared distance over what is known (partial distance, Dixon 1979); of equally near
    ones the first.
    """
    known = ~np.isnan(z)
    rows = np.where(known, z, 0.0)
    # (z - c)^2 summed over known = z^2 - 2 z c + c^2, and z^2 is the same for every centre
    distance = known @ (centres**2).T - 2 * rows @ centres.T
    return np.argmin(np.round(distance, 9), axis=1)
