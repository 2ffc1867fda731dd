"""Who is who, on lakes small enough to resolve by hand."""

from datetime import date, datetime

import pyarrow.parquet as pq
import pytest
from identity_lake import AS_OF, DAY_1, DAY_2, Lake

from warehouse.errors import RapportError
from warehouse.identity import resolve
from warehouse.identity.rules import HUBS
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


NAMES = {hub.part: hub.names for hub in HUBS}


@pytest.mark.parametrize(("more", "customers"), [(0, 1), (1, NAMES["id_number"] + 1)])
def test_an_id_number_under_too_many_names_identifies_nobody(lake, more, customers):
    for number in range(NAMES["id_number"] + more):
        lake.customer(f"c{number:02}", idn="id1", name=f"n{number}")
    result, _ = lake.resolve()
    assert result.customers == customers


def test_two_people_of_one_name_under_a_branch_phone_stay_two(lake):
    for number in range(NAMES["phone"]):
        lake.customer(f"c{number:02}", phone="branch", name=f"n{number}")
    lake.customer("x1", phone="branch", name="wang wei")
    lake.customer("x2", phone="branch", name="wang wei")
    result, _ = lake.resolve()
    assert result.customers == NAMES["phone"] + 2


@pytest.mark.parametrize(
    "said",
    [
        {"idn": "111111111111111111"},
        {"idn": "00000000000000000X"},
        {"phone": "+8613800138000", "name": "wang wei"},
        {"phone": "+8611111111111", "name": "wang wei"},
        {"phone": "+8613912345678", "name": "未知"},
    ],
)
def test_what_people_type_when_they_have_nothing_identifies_nobody(lake, said):
    lake.customer("c1", **said)
    lake.customer("c2", **said)
    result, _ = lake.resolve()
    assert result.customers == 2


def test_a_company_with_a_hundred_accounts_under_one_credit_code_is_one_customer(lake):
    for number in range(100):
        lake.account(f"a{number}", idn="91310000MA1FL3LB4X", name="big company")
    result, _ = lake.resolve()
    assert result.customers == 1


def test_branches_that_share_phone_and_name_are_told_apart_by_their_credit_codes(lake):
    lake.customer("b1", idn="91310000MA1FL3LB4X", phone="p", name="inn", party="B")
    lake.customer("b2", idn="91310000MA1FL3LB5X", phone="p", name="inn", party="B")
    lake.account("a1", idn="91310000MA1FL3LB5X", phone="p", name="inn")
    lake.account("a2", phone="p", name="inn")
    _, xref = lake.resolve()
    keys = {source_id: row["customer_key"] for source_id, row in xref.items()}
    assert keys["b1"] != keys["b2"] == keys["a1"]
    assert keys["a2"] == keys["b1"]  # one of them by phone and name: the older one


def test_an_organisation_is_never_one_customer_with_a_person(lake):
    lake.customer("shop", idn="91310000MA1FL3LB4X", phone="p", name="li", party="B")
    lake.customer("owner", idn="110101199003070000", phone="p", name="li", party="C")
    lake.account("a1", idn="110101199003070000", phone="p", name="li")
    lake.account("a2", crm="shop", idn="110101199003070000", phone="p", name="li")
    _, xref = lake.resolve()
    keys = {source_id: row["customer_key"] for source_id, row in xref.items()}
    assert keys["shop"] != keys["owner"]
    assert keys["a1"] == keys["owner"]
    assert keys["a2"] == keys["shop"]  # what BOSS says of an account is surer than its document


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
