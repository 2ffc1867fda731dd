"""How far chance moves a figure of a hold-out: blocks of customers are drawn again and again.

All rows of a customer are in one block and both models see the same draw, so neither repeated
customers nor the luck of the hold-out counts as evidence. What does not belong here: what is good
enough (`gates.py`, `contest.py`).
"""

import numpy as np

DRAWS = 2_000
CONFIDENCE = 0.95
SEED = 20_261_122


def draws(blocks: int) -> np.ndarray:
    """Return how often each block is drawn, one row per draw (Field and Welsh 2007, clusters)."""
    rng = np.random.default_rng(SEED)
    return rng.multinomial(blocks, np.full(blocks, 1 / blocks), DRAWS)


def mean_interval(value: np.ndarray, block: np.ndarray) -> tuple[float, float]:
    """Return the percentile interval of a mean: sum of w_b S_b over sum of w_b n_b per draw."""
    total, size = _by_block(value, block), _by_block(np.ones(len(value)), block)
    weight = draws(len(size))
    return _interval((weight @ total) / (weight @ size))


def lift_interval(label: np.ndarray, inside: np.ndarray, block: np.ndarray) -> tuple[float, float]:
    """Return the interval of how much denser positives are inside a group than over all."""
    weight = draws(len(np.unique(block)))
    sums = [
        weight @ _by_block(part.astype(float), block)
        for part in (label * inside, inside, label, np.ones(len(label)))
    ]
    found, asked, positives, rows = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        lift = (found / asked) / (positives / rows)
    return _interval(np.nan_to_num(lift, nan=0.0, posinf=0.0))


def _by_block(value: np.ndarray, block: np.ndarray) -> np.ndarray:
    _, place = np.unique(block, return_inverse=True)
    return np.bincount(place, value)


def _interval(figures: np.ndarray) -> tuple[float, float]:
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(figures, [tail, 1 - tail])
    return round(float(low), 6), round(float(high), 6)  # sums of many threads differ later
