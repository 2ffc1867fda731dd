"""Quality of a grouping, by hand."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from warehouse.linkage.metrics import b_cubed, clusters, grouped, pairs_of, pairwise

TRUTH = ["a", "a", "a", "b", "b", "c"]
FOUND = [1, 1, 2, 2, 2, 3]


def test_pairs_whole_clusters_and_b_cubed_of_a_grouping_counted_by_hand():
    # said: 01, 23, 24, 34; true: 01, 02, 12, 34; right: 01 and 34
    assert (pairwise(FOUND, TRUTH).precision, pairwise(FOUND, TRUTH).recall) == (0.5, 0.5)
    assert (clusters(FOUND, TRUTH).precision, clusters(FOUND, TRUTH).recall) == (0.0, 0.0)
    per_record = b_cubed(FOUND, TRUTH)
    assert per_record.precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3 + 1) / 6)
    assert per_record.recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1 + 1) / 6)
    assert pairs_of({(0, 1)}, {(0, 1), (2, 3)}).f1 == pytest.approx(2 / 3)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=12))
def test_counting_by_cluster_sizes_equals_listing_all_pairs(labels):
    found, truth = zip(*labels, strict=True)
    said, true = (
        {pair for pair in combinations(range(len(side)), 2) if side[pair[0]] == side[pair[1]]}
        for side in (found, truth)
    )
    counted, listed = pairwise(found, truth), pairs_of(said, true)
    assert (counted.precision, counted.recall) == (listed.precision, listed.recall)


def test_pairs_group_records_whatever_their_order():
    pairs = [(3, 4), (0, 2), (4, 5), (2, 5)]
    assert grouped(7, pairs) == grouped(7, reversed(pairs)) == [0, 1, 0, 0, 0, 0, 6]
