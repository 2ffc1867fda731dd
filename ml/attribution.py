"""How much each feature adds to a row's log-odds; exact sums, for both kinds of estimator.

For the linear one a feature adds its coefficient times its distance from the mean. For trees it
adds what the split on it changes in the expected value of the nodes on the row's own path (Saabas
2014, Interpreting random forests); unlike Shapley values this depends on the order of splits, but
it costs one walk and sums to the score exactly. What does not belong here: words (`reasons.py`).
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ml.estimators import Fitted

CHUNK = 8_192
"""Rows at a time: what a tree touches stays in the processor's cache."""


def contributions(fitted: "Fitted", matrix: np.ndarray) -> np.ndarray:
    """Return log-odds added per row and feature; with `base` they sum to the raw score's."""
    parts = [matrix[start : start + CHUNK] for start in range(0, len(matrix), CHUNK)]
    one = _of_trees if fitted.is_trees else _of_linear
    found = np.empty(matrix.shape, order="F")
    for number, part in enumerate(parts):
        found[number * CHUNK : number * CHUNK + len(part)] = one(fitted, part)
    return found


def base(fitted: "Fitted") -> float:
    """Return the log-odds that no feature has moved."""
    if not fitted.is_trees:
        return float(fitted.estimator[-1].intercept_[0])
    roots = sum(_expected(nodes)[0] for nodes in _trees(fitted))
    return float(fitted.estimator._baseline_prediction.ravel()[0] + roots)


def _of_linear(fitted: "Fitted", matrix: np.ndarray) -> np.ndarray:
    added = fitted.estimator[:-1].transform(matrix) * fitted.estimator[-1].coef_[0]
    width = matrix.shape[1]
    found = np.asfortranarray(added[:, :width])
    indicator = fitted.estimator.named_steps["simpleimputer"].indicator_
    for position, feature in enumerate(indicator.features_):  # being unknown tells something too
        found[:, feature] += added[:, width + position]
    return found


def _of_trees(fitted: "Fitted", matrix: np.ndarray) -> np.ndarray:
    found = np.zeros(matrix.shape, order="F")
    for nodes in _trees(fitted):
        _walk(nodes, _expected(nodes), matrix, found)
    return found


def _walk(nodes: np.ndarray, expected: np.ndarray, matrix: np.ndarray, found: np.ndarray) -> None:
    """Add one tree's steps; `inside[node]` are the rows that pass a node."""
    inside = {0: np.arange(len(matrix))}
    for place, node in enumerate(nodes):  # parents stand before their children
        if node["is_leaf"] or place not in inside:
            continue
        rows, feature = inside.pop(place), node["feature_idx"]
        value = matrix[rows, feature]
        is_left = value <= node["num_threshold"]
        if node["missing_go_to_left"]:
            is_left |= np.isnan(value)
        for child, chosen in ((node["left"], rows[is_left]), (node["right"], rows[~is_left])):
            found[chosen, feature] += expected[child] - expected[place]
            inside[int(child)] = chosen


def _trees(fitted: "Fitted") -> list[np.ndarray]:
    return [predictor.nodes for (predictor,) in fitted.estimator._predictors]


def _expected(nodes: np.ndarray) -> np.ndarray:
    """Return the mean of the leaves below each node, weighted by the rows they were fitted on."""
    expected = nodes["value"].astype(float)
    for place in reversed(range(len(nodes))):  # children stand behind their parents
        if not nodes[place]["is_leaf"]:
            left, right = nodes[place]["left"], nodes[place]["right"]
            share = nodes[left]["count"] / (nodes[left]["count"] + nodes[right]["count"])
            expected[place] = share * expected[left] + (1 - share) * expected[right]
    return expected
