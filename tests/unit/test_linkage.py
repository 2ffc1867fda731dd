"""What makes two people probably one: keys of what they typed, evidence needed, what forbids it."""

from dataclasses import replace

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warehouse.identity.residue import PEOPLE
from warehouse.linkage.description import load_description
from warehouse.linkage.keys import keys_of
from warehouse.linkage.links import link

PEOPLE = load_description(PEOPLE)
COLUMNS = ("name", "birth", "phone", "document", "home", "sex")
WANG = {
    "name": "王建国",
    "birth": "19800512",
    "phone": "13800001111",
    "document": "110101198005124571",
    "home": "北京市朝阳区建国路12号301室",
    "sex": "M",
}


def linked(*people, description=PEOPLE, clusters=None):
    """The links among people given as differences from Wang Jianguo, as (low, high, evidence)."""
    rows = [{**WANG, **person} for person in people]
    table = pa.table(
        {
            "position": pa.array(range(10, 10 + len(rows)), pa.int64()),
            "cluster": pa.array(clusters or range(len(rows)), pa.int64()),
            **{name: pa.array([row[name] for row in rows], pa.string()) for name in COLUMNS},
        }
    )
    with duckdb.connect() as con:
        found = link(con, table, description)
    return [(pair.low - 10, pair.high - 10, pair.evidence) for pair in found]


def key(kind, text, name):
    return keys_of(kind, pa.array([text]))[name].to_pylist()[0]


@pytest.mark.parametrize(
    ("written", "key_name", "meant"),
    [
        ("歐陽震華", "fold", "欧阳震华"),
        ("王建國(guó)", "fold", "王建国"),
        ("王 建国", "fold", "王建国"),
        ("王建国先生", "fold", "王建国"),
        ("王5建国*", "fold", "王建国"),
        ("国建王", "letters", "王建国"),
        ("汪建果", "sound", "王建国"),
        ("單立", "sound", "单丽"),
        ("曾志伟", "sound", "增志伟"),
        ("Ｊｏｈｎ", "fold", "john"),
    ],
)
def test_what_is_written_otherwise_has_the_same_key(written, key_name, meant):
    assert key("person", written, key_name) == key("person", meant, key_name)


def test_a_surname_is_read_as_a_surname_and_a_title_alone_is_no_title():
    assert key("person", "单立人", "sound") == "shan li ren"
    assert key("person", "万俟立", "sound") == "moqi li"
    assert key("person", "先生", "fold") == "先生"


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("北京市朝阳区建国路12号301室", "朝阳区建国路12号301室", True),
        ("北京市朝阳区建国路12号301室", "北京朝阳区建国路１２-３０１", True),
        ("北京市朝阳区建国路12号301室", "北京市朝阳区建国路12号302室", False),
        ("北京市朝阳区建国路12号301室", "北京市朝阳区长安路12号301室", False),
    ],
)
def test_the_place_of_an_address_stays_when_the_city_is_left_out(one, other, is_same):
    assert (key("address", one, "place") == key("address", other, "place")) is is_same


NEW_PHONE = {"phone": "18999998888"}
NO_DOCUMENT = {"document": None}
LIKELY = {
    "new phone": (NEW_PHONE, "name+birth+home"),
    "homophone": ({"name": "汪建果"}, "name+birth+phone+home"),
    "swapped order": ({"name": "建国王", **NEW_PHONE}, "name+birth+home"),
    "traditional": ({"name": "王建國", **NEW_PHONE}, "name+birth+home"),
    "one glyph": ({"name": "王逯国"}, "name+birth+phone+home"),
    "day and month": ({"birth": "19801205", **NEW_PHONE}, "name+birth+home"),
    "short address": ({"home": "朝阳区建国路12-301", **NEW_PHONE}, "name+birth+home"),
    "moved house": ({"home": "上海市黄浦区南京路8号", "birth": "19801205"}, "name+birth+phone"),
}


@pytest.mark.parametrize("case", LIKELY)
def test_one_person_with_one_thing_changed_is_linked_and_the_link_names_its_evidence(case):
    change, evidence = LIKELY[case]
    assert linked(NO_DOCUMENT, change) == [(0, 1, evidence)]


def test_a_mistyped_document_is_forgiven_where_name_and_birth_agree():
    slip = {"document": "110101198005124671", "home": None, **NEW_PHONE}
    assert linked({}, slip) == [(0, 1, "name+birth+document")]


STRANGERS = {
    "spouse": {"name": "李梅", "sex": "F", "birth": "19811103"},
    "brother": {"name": "王建军", "birth": "19830609", "home": None},
    "twin of another sex": {"name": "王建红", "sex": "F"},
    "parent of that name": {"birth": "19500101", "phone": None},
    "namesake of that day": {**NEW_PHONE, "home": "上海市黄浦区南京路8号"},
    "only a phone": {"name": None, "birth": None, "home": None, "sex": None},
    "only a name": {"phone": None, "birth": None, "home": None, "sex": None},
    "a short number of another": {"document": "2", "birth": None},
    "other document": {"document": "310101198005121234"},
}


@pytest.mark.parametrize("case", STRANGERS)
def test_people_who_share_a_home_a_phone_a_name_or_a_birthday_stay_apart(case):
    first = {"other document": {}, "a short number of another": {"document": "1"}}
    first = first.get(case, NO_DOCUMENT)
    assert linked(first, STRANGERS[case]) == []


def test_one_piece_of_evidence_never_links_however_rare_it_is():
    bare = {"birth": None, "phone": None, "home": None, "sex": None, "name": None}
    certain = replace(PEOPLE, prior=0.5, threshold=0.5)
    slip = {**bare, "document": "110101198005124671"}
    assert linked(bare, slip, description=replace(certain, minimum_evidence=1))
    assert not linked(bare, slip, description=certain)


def test_a_record_without_document_joins_one_of_two_people_never_both_to_one():
    # 0 and 2 carry different documents; 1 is like both, and more like 0
    other = {"document": "310101198005121234", "home": None}
    assert linked({}, NO_DOCUMENT, other) == [(0, 1, "name+birth+phone+home")]


def test_records_that_are_joined_already_are_not_scored_again():
    assert linked(NO_DOCUMENT, NEW_PHONE, clusters=[5, 5]) == []


def test_a_block_that_many_records_share_compares_nobody():
    crowd = [{**NO_DOCUMENT, "phone": f"139{n:08}"} for n in range(4)]
    assert len(linked(*crowd)) == 6
    assert linked(*crowd, description=replace(PEOPLE, block_limit=3)) == []


VALUES = {
    "name": st.sampled_from(["王建国", "汪建国", "国建王", "王伟", "李梅", None]),
    "birth": st.sampled_from(["19800512", "19801205", "19900101", None]),
    "phone": st.sampled_from(["13800001111", "13800001112", None]),
    "document": st.sampled_from([WANG["document"], "310101198005121234", None, None]),
    "home": st.sampled_from([WANG["home"], "朝阳区建国路12-301", None]),
    "sex": st.sampled_from(["M", "F", None]),
}


@given(people=st.lists(st.fixed_dictionaries(VALUES), min_size=2, max_size=6))
@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
def test_links_depend_on_the_records_and_not_on_where_they_stand_in_the_table(people):
    table = pa.table(
        {
            "position": pa.array(range(len(people)), pa.int64()),
            "cluster": pa.array(range(len(people)), pa.int64()),
            **{name: pa.array([row[name] for row in people], pa.string()) for name in COLUMNS},
        }
    )
    with duckdb.connect() as con:
        straight = link(con, table, PEOPLE)
    with duckdb.connect() as con:
        con.execute("set threads = 1")
        reverse = link(con, table.take(list(range(len(people)))[::-1]), PEOPLE)
    assert straight == reverse
    documents = [row["document"] for row in people]
    assert all(documents[p.low] is None or documents[p.high] in (None, documents[p.low])
               for p in straight)  # fmt: skip
