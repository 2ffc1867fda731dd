"""Who is who, on lakes small enough to resolve by hand, and as a property over random ones."""

from collections import defaultdict
from datetime import date, datetime
from itertools import permutations

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_lake import AS_OF, DAY_1, DAY_2, Lake

from warehouse.errors import RapportError
from warehouse.identity import resolve
from warehouse.identity.rules import HUB_LIMIT
from warehouse.settings import Settings


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def test_each_rule_joins_what_it_should_and_names_itself(lake):
    lake.customer("c1", idn="id1", phone="p1", name="n1")
    lake.customer("c2", phone="p2", name="n2")
    lake.customer("c3", phone="p9", name="n9")
    lake.account("a1", crm="c1")
    lake.account("a2", idn="id1")
    lake.account("a3", phone="p2", name="n2")
    _, xref = lake.resolve()
    keys = {source_id: row["customer_key"] for source_id, row in xref.items()}
    assert keys["c1"] == keys["a1"] == keys["a2"]
    assert keys["c2"] == keys["a3"]
    assert len({keys["c1"], keys["c2"], keys["c3"]}) == 3
    assert xref["a1"]["rule_code"] == "account_link"
    assert xref["a2"]["rule_code"] == "id_number"
    assert xref["a3"]["rule_code"] == "phone_and_name"
    assert xref["c3"]["rule_code"] == "own_record"


def test_a_shared_phone_alone_joins_nobody(lake):
    lake.customer("mother", phone="p", name="n1")
    lake.customer("daughter", phone="p", name="n2")
    result, _ = lake.resolve()
    assert result.customers == 2


@pytest.mark.parametrize(("sharers", "customers"), [(HUB_LIMIT, 1), (HUB_LIMIT + 1, 21)])
def test_an_id_number_that_too_many_records_share_identifies_nobody(lake, sharers, customers):
    for number in range(sharers):
        lake.customer(f"c{number:02}", idn="000000")
    result, _ = lake.resolve()
    assert result.customers == customers


def test_a_visitor_belongs_to_the_account_it_first_logged_in_to_and_joins_nobody(lake):
    lake.account("a1", idn="x")
    lake.account("a2", idn="y")
    lake.login("v", "a2", datetime(2026, 10, 9))
    lake.login("v", "a1", datetime(2026, 10, 2))
    result, xref = lake.resolve()
    assert result.customers == 2
    assert xref["v"]["customer_key"] == xref["a1"]["customer_key"]
    assert xref["v"]["valid_from"] == date(2026, 10, 2)


def test_a_merge_keeps_the_oldest_key_and_is_written_to_the_ledger(lake):
    lake.customer("c2", phone="p", name="n")
    lake.account("a1", idn="id1")
    _, before = lake.resolve()
    lake.customer("c2", idn="id1", phone="p", name="n", day=DAY_2)
    result, after = lake.resolve()
    assert before["c2"]["customer_key"] != before["a1"]["customer_key"]
    assert (
        after["c2"]["customer_key"] == after["a1"]["customer_key"] == before["c2"]["customer_key"]
    )
    assert (result.merges, result.splits) == (1, 0)
    from warehouse.ledger import Ledger

    kinds = [event.kind for event in Ledger(Settings(home=lake.home).ledger_file).events()]
    assert kinds.count("identity_merge") == 1


def test_a_new_record_never_takes_over_an_older_key(lake):
    lake.customer("z-old", idn="id1")
    _, before = lake.resolve()
    lake.customer("a-new", idn="id1", day=DAY_2)
    _, after = lake.resolve()
    assert after["a-new"]["customer_key"] == before["z-old"]["customer_key"]


def test_what_is_delivered_after_the_as_of_date_is_not_known(lake):
    lake.customer("c1", idn="id1")
    lake.customer("c2", idn="id1", day=DAY_2)
    _, xref = lake.resolve(as_of=DAY_1)
    assert set(xref) == {"c1"}


def test_a_lost_or_damaged_vault_stops_identity_and_keeps_what_was_resolved(lake):
    lake.customer("c1", idn="id1", name="n1")
    lake.customer("c2", idn="id2", name="n2")
    lake.resolve()
    before = (lake.home / "lake/identity/customer_xref.parquet").read_bytes()
    stored = next((lake.home / "vault/crm/customers").glob("*/*.parquet"))
    good = stored.read_bytes()
    cut = pq.read_table(stored, partitioning=None).slice(1)
    other = cut.set_column(
        cut.schema.get_field_index("id_number_token"), "id_number_token", [["x"]]
    )

    def damage_by_bytes():
        stored.write_bytes(good[:-20] + bytes(20))

    damages = [
        stored.unlink,
        damage_by_bytes,
        lambda: stored.write_bytes(good[:100]),
        lambda: pq.write_table(cut, stored),
        lambda: pq.write_table(other, stored),
    ]
    for damage in damages:
        damage()
        with pytest.raises(RapportError, match="RP-2010") as caught:
            resolve(lake.settings, AS_OF)
        assert not {"n1", "n2", "id1", "id2"} & set(str(caught.value).replace("=", " ").split())
        assert (lake.home / "lake/identity/customer_xref.parquet").read_bytes() == before
        stored.write_bytes(good)
    resolve(lake.settings, AS_OF)


TOKENS = st.sampled_from([None, "1", "2", "3"])
RECORDS = st.lists(st.tuples(TOKENS, TOKENS, TOKENS), min_size=1, max_size=7)


def reference_partition(records):
    """Connected components by repeated merging, the slow and obvious way."""
    groups = [{index} for index in range(len(records))]

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


@given(records=RECORDS, order=st.randoms(use_true_random=False))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_components_equal_a_slow_reference_in_any_order_of_rows(tmp_path_factory, records, order):
    keys = []
    for shuffle in (False, True):
        lake = Lake(tmp_path_factory.mktemp("lake"))
        key_file = lake.home / "keys" / "pseudonym.key"
        key_file.parent.mkdir()
        key_file.write_bytes(b"k" * 32)
        key_file.chmod(0o600)
        rows = list(enumerate(records))
        if shuffle:
            order.shuffle(rows)
        for index, (idn, phone, name) in rows:
            lake.customer(f"c{index}", idn, phone, name)
        _, xref = lake.resolve()
        keys.append({source_id: row["customer_key"] for source_id, row in xref.items()})
    groups = defaultdict(set)
    for source_id, key in keys[0].items():
        groups[key].add(source_id)
    assert {frozenset(group) for group in groups.values()} == reference_partition(records)
    assert keys[0] == keys[1]
