"""Independent, named random streams: a change in one subject leaves the others' draws alone.

What does not belong here: distributions of a particular subject.
"""

import zlib

import numpy as np


def stream(seed: int, subject: str, period: int = -2) -> np.random.Generator:
    """A generator that depends only on its arguments."""
    return np.random.default_rng([seed, zlib.crc32(subject.encode()), period + 2])


def sigmoid(score: np.ndarray) -> np.ndarray:
    """Logistic function."""
    return 1 / (1 + np.exp(-score))


def logit(share: np.ndarray) -> np.ndarray:
    """Inverse of `sigmoid`."""
    return np.log(share / (1 - share))


def permuted(numbers: np.ndarray, seed: int, digits: int) -> np.ndarray:
    """Distinct numbers of at most `digits` digits that show nothing of the order they came in."""
    modulus = 10**digits
    odd = (seed * 2_000_003 + 7_368_787) % modulus | 1
    while odd % 5 == 0:
        odd += 2
    # 64-bit products stay exact up to nine digits each
    return (np.asarray(numbers, np.int64) * (odd % 10**9) + 91_019 * (seed + 1)) % modulus


def pick(rng: np.random.Generator, weights: list[float], size: int) -> np.ndarray:
    """Indexes drawn with the given weights."""
    edges = np.cumsum(weights) / np.sum(weights)
    return np.searchsorted(edges, rng.random(size), side="right").astype(np.int16)


def pick_rows(rng: np.random.Generator, weights: np.ndarray) -> np.ndarray:
    """One index per row, drawn with that row's weights."""
    edges = np.cumsum(weights, axis=1)
    return (rng.random((len(weights), 1)) * edges[:, -1:] > edges).sum(axis=1).astype(np.int16)


def repeat_index(counts: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For counts per owner: the owner of each item and the item's position within its owner."""
    owner = np.repeat(np.arange(len(counts)), counts)
    first = np.cumsum(counts) - counts
    return owner, np.arange(len(owner)) - first[owner]
