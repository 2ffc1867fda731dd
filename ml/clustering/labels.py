"""Numbers of clusters that keep their meaning: a new clustering takes over the numbers of the last.

Centres are matched so that the sum of squared distances is least (Kuhn 1955, the Hungarian method);
a match counts only where the new centre lies in the cell of the old one, that is, where the last
clustering would have called it the same. A number whose cluster is gone is never given again. What
does not belong here: fitting.
"""

import numpy as np

from ml.clustering.groups import nearest


def aligned(centres: np.ndarray, before: np.ndarray, numbers: list[int], given: int) -> list[int]:
    """Return the number of each new centre.

    Args:
        centres: New centres.
        before: Centres of the last clustering, in the same space.
        numbers: Their numbers.
        given: The highest number ever given.
    """
    from scipy.optimize import linear_sum_assignment

    cost = ((centres[:, None, :] - before[None, :, :]) ** 2).sum(axis=2)
    cell = nearest(centres, before)
    kept = {
        int(new): numbers[old]
        for new, old in zip(*linear_sum_assignment(cost), strict=True)
        if cell[new] == old
    }
    found = []
    for new in range(len(centres)):
        if new not in kept:
            given += 1
        found.append(kept.get(new, given))
    return found


def ordered(centres: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return centres by size, the largest first, so that a first numbering is no accident."""
    sizes = np.bincount(nearest(z, centres), minlength=len(centres))
    return centres[np.lexsort((*centres.T[::-1], -sizes))]
