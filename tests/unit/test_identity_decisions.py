"""What people decide about customers holds, can be taken back, and is asked of them in bulk."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from identity_lake import AS_OF, DAY_2, DAY_3, Lake, same_key

from warehouse.errors import RapportError
from warehouse.identity import decisions, resolve
from warehouse.identity.explain import explain
from warehouse.identity.preview import preview
from warehouse.ledger import Ledger
from warehouse.pseudonym import Pseudonyms

WHY = "the caller said so"
PERSON = {"idn": "110101199003070011", "phone": "+8613987650123", "name": "金丝雀"}


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path, is_whole=True)


def keys(lake):
    """Customer key by source id, as resolved now."""
    _, xref = lake.resolve()
    return {source_id: row["customer_key"] for source_id, row in xref.items()}


def named(*source_ids):
    return [f"crm:customer:{source_id}" for source_id in source_ids]


def test_a_split_holds_against_old_and_new_evidence_until_it_is_taken_back(lake):
    for source_id in ("c1", "c2", "c3", "c4"):
        lake.customer(source_id, **PERSON)
    before = keys(lake)
    event = decisions.split(lake.settings, before["c1"], named("c3", "c4"), WHY)
    parted = keys(lake)
    assert parted["c1"] == parted["c2"] == before["c1"]
    assert parted["c3"] == parted["c4"] != before["c1"]

    lake.customer("c5", day=DAY_2, **PERSON)  # says the same of all of them
    again = keys(lake)
    assert {name: again[name] for name in parted} == parted
    assert again["c5"] == before["c1"]

    decisions.undo(lake.settings, event, "a mistake")
    assert set(keys(lake).values()) == {before["c1"]}
    assert Ledger(lake.settings.ledger_file).verify_chain()


def test_a_merge_joins_what_shares_nothing_and_a_later_split_wins_over_it(lake):
    lake.customer("c1", name="a")
    lake.customer("c2", name="b")
    before = keys(lake)
    decisions.merge(lake.settings, before["c2"], before["c1"], WHY)
    merged = keys(lake)
    assert set(merged.values()) == {before["c1"]}
    decisions.split(lake.settings, before["c1"], named("c2"), WHY)
    assert keys(lake) == before
    decisions.merge(lake.settings, before["c1"], before["c2"], WHY)
    assert keys(lake) == merged


def test_a_pinned_record_goes_where_it_is_pinned_and_lends_nobody_its_key(lake):
    lake.customer("c0", **PERSON)
    lake.customer("c1", **PERSON)
    lake.customer("c2", name="b")
    before = keys(lake)
    decisions.pin(lake.settings, named("c0")[0], before["c2"], WHY)
    after = keys(lake)
    assert after["c0"] == after["c2"] == before["c2"]  # though c0 is the older record
    assert after["c1"] not in before.values()
    _, xref = lake.resolve()
    assert xref["c0"]["rule_code"] == "pinned_by_hand"


def test_a_decision_about_a_record_counts_when_the_record_comes_after_it(lake):
    """A lake rebuilt from nothing meets the decision before the record."""
    lake.customer("c1", name="a")
    lake.customer("c2", name="b", day=DAY_2)
    before = keys(lake)
    decisions.merge(lake.settings, before["c1"], before["c2"], WHY)
    resolve(lake.settings, DAY_2)
    early, _ = lake.resolve(as_of=date_before(DAY_2))
    assert early.customers == 1 and early.records == 1
    assert set(keys(lake).values()) == {before["c1"]}


def date_before(day):
    return day.fromordinal(day.toordinal() - 1)


def test_what_cannot_be_meant_is_refused_with_a_code(lake):
    lake.customer("c1", **PERSON)
    lake.customer("c2", **PERSON)
    lake.customer("b1", name="company", party="B")
    found = keys(lake)
    ledger = Ledger(lake.settings.ledger_file)
    before = len(ledger.events())
    for code, decide in {
        "RP-3101": lambda: decisions.split(lake.settings, "nobodyatall2", named("c1"), WHY),
        "RP-3102": lambda: decisions.split(lake.settings, found["c1"], named("b1"), WHY),
        "RP-3103": lambda: decisions.split(lake.settings, found["c1"], named("c1", "c2"), WHY),
        "RP-3104": lambda: decisions.merge(lake.settings, found["c1"], found["b1"], WHY),
        "RP-3106": lambda: decisions.accept(lake.settings, "0123456789abcdef", WHY),
        "RP-3107": lambda: decisions.undo(lake.settings, 1, WHY),
    }.items():
        with pytest.raises(RapportError, match=code):
            decide()
    for reason in ("", "call 13987650123", "he is 金 丝雀 himself", "write to a@b.cn", "x" * 201):
        with pytest.raises(RapportError, match="RP-3105"):
            decisions.split(lake.settings, found["c1"], named("c2"), reason)
    assert len(ledger.events()) == before


def test_many_merges_at_once_wait_for_a_person_who_accepts_exactly_these(lake):
    lake.resolve()
    for number in range(12):
        lake.customer(f"a{number:02}", name=f"n{number}")
        lake.customer(f"b{number:02}", name=f"m{number}")
    before = keys(lake)
    file = lake.home / "lake/identity/customer_xref.parquet"
    kept = file.read_bytes()
    for number in range(12):
        for record in ("a", "b"):
            lake.customer(f"{record}{number:02}", idn=f"id{number}", name=record, day=DAY_2)
    with pytest.raises(RapportError, match="RP-2011") as stopped:
        lake.resolve()
    assert file.read_bytes() == kept
    assert (stopped.value.fields["customers"], stopped.value.fields["limit"]) == (12, 10)

    seen = preview(lake.settings, AS_OF)
    assert seen["change_set"] == stopped.value.fields["change_set"]
    assert {(c["kind"], c["old"], c["new"]) for c in seen["changes"]} == {
        ("identity_merge", before[f"b{number:02}"], before[f"a{number:02}"]) for number in range(12)
    }
    decisions.accept(lake.settings, seen["change_set"], "checked ten of them")
    lake.customer("b00", idn="id99", name="b", day=DAY_3)  # no longer this set of changes
    with pytest.raises(RapportError, match="RP-2011"):
        lake.resolve()
    lake.rows.pop(("customers", DAY_3))
    lake.remove(DAY_3)
    result, after = lake.resolve()
    assert result.merges == 12
    assert len({row["customer_key"] for row in after.values()}) == 12
    ledger = Ledger(lake.settings.ledger_file)
    assert len(ledger.events("identity_merge")) == 12
    lake.resolve()
    assert len(ledger.events("identity_merge")) == 12


def test_explanations_reports_and_the_ledger_hold_no_value(lake):
    values = [*PERSON.values(), "上海市金丝雀巷七号", "canary.bird@nowhere.example", "13987650123"]
    lake.customer("c1", **PERSON, address=values[3], email=values[4])
    lake.customer("c2", idn=PERSON["idn"], phone="+8613800001111", name="b")
    lake.account("a1", crm="c2")
    found = keys(lake)
    decisions.split(lake.settings, found["c1"], named("c2"), WHY)
    told = [explain(lake.settings, found["c1"]), preview(lake.settings, AS_OF)]
    lake.resolve()
    told.append(explain(lake.settings, found["c1"]))
    assert [record["phone"] for record in told[0]["records"]] == ["", "139****0123", "138****1111"]
    assert [e["rule_code"] for e in told[0]["evidence"]] == ["account_link", "id_number"]
    assert told[1]["changes"][0]["kind"] == "identity_split"
    ledger = b"".join(path.read_bytes() for path in lake.home.glob("ledger.sqlite*"))
    texts = [json.dumps(told, ensure_ascii=False), json.dumps(told), ledger.decode("latin-1")]
    for value in values:
        assert not any(value in text for text in texts), value
    assert lake.settings.docs.joinpath("identity_changes.json").exists()


TOKENS = st.sampled_from([None, "1", "2"])
RECORDS = st.lists(st.tuples(TOKENS, TOKENS, st.sampled_from(["C", "B"])), min_size=2, max_size=6)
PAIR = st.tuples(st.integers(0, 5), st.integers(0, 5))
DECIDED = st.lists(st.tuples(st.sampled_from(["split", "merge", "pin"]), PAIR), max_size=4)


@given(records=RECORDS, decided=DECIDED, order=st.randoms(use_true_random=False))
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
def test_decisions_hold_in_any_order_of_arrival_and_never_mix_people_with_bodies(
    tmp_path_factory, records, decided, order
):
    results = []
    rows = list(enumerate(records))
    for _ in range(2):
        lake = same_key(tmp_path_factory.mktemp("lake"))
        made = Pseudonyms.load(lake.settings, ledger_has_files=False)
        record_key = [made.key_of(f"crm:customer:c{index}") for index in range(6)]
        ledger = Ledger(lake.settings.ledger_file)
        for action, (left, right) in decided:
            sides = {"left": [record_key[left]], "right": [record_key[right]]}
            detail = {"action": action, "who": "", "reason": "", **sides}
            ledger.append_event("identity_override", record_key[left], detail)
        for index, (idn, name, party) in rows:
            lake.customer(f"c{index}", idn, phone="p", name=name, party=party)
        found = keys(lake)
        results.append(found)
        order.shuffle(rows)
    assert results[0] == results[1]
    for index, (_, _, party) in enumerate(records):
        for other, (_, _, other_party) in enumerate(records):
            if party != other_party:
                assert found[f"c{index}"] != found[f"c{other}"]
    last = {frozenset(pair): action for action, pair in decided if len(set(pair)) == 2}
    for pair, action in last.items():
        left, right = sorted(pair)
        if right < len(records) and action == "split":
            assert found[f"c{left}"] != found[f"c{right}"]
