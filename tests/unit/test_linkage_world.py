"""Planted second records are found in a world that the weights were not found on."""

import pytest

from bench.identity.world import measure_world


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return measure_world(tmp_path_factory.mktemp("world"), customers=4_000, seed=23)


def test_second_records_of_one_person_are_joined_and_families_are_not(world):
    second = world.second_records.pairs
    assert second.precision >= 0.995
    assert second.f1 >= 0.985
    assert world.everything.pairs.f1 >= 0.995
    assert world.everything.clusters.f1 >= 0.99
    assert world.wrongly_joined_families == 0


def test_every_kind_of_second_record_is_found(world):
    planted = {kind: count for kind, (count, _) in world.found_share.items()}
    assert set(planted) == {
        "same_id",
        "same_phone_and_name",
        "damaged_name",
        "new_phone",
        "swapped_birth",
        "mistyped_id",
    }
    assert min(planted.values()) >= 3
    assert all(share >= 0.9 for _, share in world.found_share.values())
