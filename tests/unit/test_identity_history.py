"""Who was who on every day: by hand, and as a property over random deliveries in any order."""

from collections import defaultdict
from datetime import date, datetime
from itertools import permutations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_lake import DAY_1, DAY_2, DAY_3, Lake, same_key

from warehouse.identity.xref import FOREVER


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def test_a_record_that_moves_has_a_row_for_each_customer_it_belonged_to(lake):
    lake.customer("c1", phone="p", name="n")
    lake.customer("c2", idn="id2")
    lake.account("a1", phone="p", name="n")
    lake.login("v", "a1", datetime(2026, 10, 5))
    lake.account("a1", phone="q", name="n", day=DAY_2)
    lake.account("a1", idn="id2", day=DAY_3)
    _, now = lake.resolve()
    rows = [row for row in lake.xref() if row["source_id"] == "a1"]
    keys = {
        row["source_id"]: row["customer_key"] for row in lake.xref() if row["entity"] != "account"
    }
    assert [(row["valid_from"], row["valid_to"]) for row in rows] == [
        (date(2026, 10, 1), DAY_2),
        (DAY_2, DAY_3),
        (DAY_3, FOREVER),
    ]
    assert rows[0]["customer_key"] == keys["c1"]
    assert rows[2]["customer_key"] == keys["c2"] == now["a1"]["customer_key"]
    assert [row["rule_code"] for row in rows] == ["phone_and_name", "own_record", "id_number"]
    assert {row["first_known_date"] for row in rows} == {date(2026, 10, 1)}
    visits = [row for row in lake.xref() if row["source_id"] == "v"]
    assert [row["valid_from"] for row in visits] == [date(2026, 10, 5), DAY_2, DAY_3]
    assert [row["customer_key"] for row in visits] == [row["customer_key"] for row in rows]


TOKENS = st.sampled_from([None, "1", "2", "3"])
DAYS = [DAY_1, DAY_2, DAY_3]
VERSIONS = st.lists(
    st.tuples(st.integers(0, 4), st.sampled_from(DAYS), TOKENS, TOKENS, TOKENS),
    min_size=1,
    max_size=9,
    unique_by=lambda version: version[:2],
)


def reference_partition(records):
    """Connected components by repeated merging, the slow and obvious way."""
    groups = [{index} for index in records]

    def same(a, b):
        (id_a, phone_a, name_a), (id_b, phone_b, name_b) = records[a], records[b]
        by_id = id_a is not None and id_a == id_b
        by_phone = None not in (phone_a, name_a) and (phone_a, name_a) == (phone_b, name_b)
        return by_id or by_phone

    merged = True
    while merged:
        merged = False
        for left, right in permutations(range(len(groups)), 2):
            if any(same(a, b) for a in groups[left] for b in groups[right]):
                groups[left] |= groups.pop(right)
                merged = True
                break
    return {frozenset(f"c{index}" for index in group) for group in groups}


@given(versions=VERSIONS, order=st.randoms(use_true_random=False))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_every_day_of_history_equals_a_slow_reference_in_any_order_of_rows(
    tmp_path_factory, versions, order
):
    results = []
    for _ in range(2):
        lake = same_key(tmp_path_factory.mktemp("lake"))
        for index, day, idn, phone, name in versions:
            lake.customer(f"c{index}", idn, phone, name, day=day)
        lake.resolve()
        results.append([row | {"first_file_id": ""} for row in lake.xref()])
        order.shuffle(versions)
    assert results[0] == results[1]
    born = {f"c{index}": min(v[1] for v in versions if v[0] == index) for index, *_ in versions}
    assert all(row["valid_to"] > born[row["source_id"]] for row in results[0])
    for day in DAYS:
        latest = {}
        for index, version_day, *said in sorted(versions, key=lambda version: version[1]):
            if version_day <= day:
                latest[index] = tuple(said)
        groups = defaultdict(set)
        for row in results[0]:
            if int(row["source_id"][1:]) in latest and row["valid_from"] <= day < row["valid_to"]:
                groups[row["customer_key"]].add(row["source_id"])
        assert {frozenset(group) for group in groups.values()} == reference_partition(latest)
