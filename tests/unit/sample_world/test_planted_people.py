"""Who is who in the exports: second records, look-alikes, damaged names, read from the files alone.

Joins are made here by plain union of equal values, the deterministic rules of `identity_rules` said
a second time. What does not belong here: linkage and name rules (their own tests use this world).
"""

import re
from collections import Counter, defaultdict

import opencc
import pypinyin
import pytest

HUB = 20
LOOK_ALIKE = {"damaged_name", "new_phone", "swapped_birth", "mistyped_id"}
SIMPLIFIED = opencc.OpenCC("t2s").convert
DEBRIS = re.compile(r"\([a-zǎ-ǜāēīōūáéíóúàèìòùěü]+\)")


@pytest.fixture(scope="module")
def records(con):
    """Latest version of every CRM record and account, with the person and what is said of it."""
    rows = con.execute(
        """
        with latest as (
            select 'crm' as source_name, 客户编号 as source_id, any_value(客户名称) as name,
                any_value(证件号码) as id_number, any_value(联系电话) as phone,
                any_value(地址) as address, any_value(性别) as sex, any_value(出生日期) as birth,
                null as link
            from customers group by 客户编号
            union all
            select 'boss', account_id, any_value(holder_name), any_value(holder_id_number),
                any_value(contact_phone), null, null, null, any_value(crm_customer_id)
            from accounts group by account_id)
        select latest.* replace (right(regexp_replace(phone, '[^0-9]', '', 'g'), 11) as phone),
            person, party_type_code as party, duplicate_code as duplicate, error_code as error,
            is_repaired_by_text as is_repaired, coalesce(is_joined_by_rule, true) as is_joined
        from latest join identity using (source_name, source_id)
        left join name_errors using (source_name, source_id)
        order by source_name desc, source_id
        """
    )
    columns = [column[0] for column in rows.description]
    return [dict(zip(columns, row, strict=True)) for row in rows.fetchall()]


@pytest.fixture(scope="module")
def group_of(records):
    """Group of every record by equal id number, equal phone and name, or the CRM number."""
    parent = list(range(len(records)))

    def root(at):
        while parent[at] != at:
            at = parent[at]
        return at

    phones = Counter(record["phone"] for record in records)
    held = defaultdict(list)
    for at, record in enumerate(records):
        if record["id_number"]:
            held["id", record["id_number"]].append(at)
        if record["phone"] and phones[record["phone"]] <= HUB:
            held["phone", record["phone"], record["name"]].append(at)
        number = record["source_id"] if record["source_name"] == "crm" else record["link"]
        if number:
            held["link", number].append(at)
    for first, *rest in held.values():
        for other in rest:
            parent[root(other)] = root(first)
    return [root(at) for at in range(len(records))]


def test_no_rule_joins_two_people(records, group_of):
    people = defaultdict(set)
    for record, group in zip(records, group_of, strict=True):
        people[group].add(record["person"])
    assert all(len(persons) == 1 for persons in people.values())


def test_rules_find_every_person_whose_records_share_strong_evidence(records, group_of):
    groups = defaultdict(set)
    strong = 0
    for record, group in zip(records, group_of, strict=True):
        if record["duplicate"] not in LOOK_ALIKE:
            groups[record["person"]].add(group)
            strong += record["duplicate"] is not None
    assert all(len(found) == 1 for found in groups.values())
    assert strong > 50


def test_most_look_alikes_are_beyond_the_rules_and_agree_in_at_least_two_weak_traits(
    records, group_of
):
    first = {
        record["person"]: (record, group)
        for record, group in zip(records, group_of, strict=True)
        if record["source_name"] == "crm" and record["duplicate"] is None
    }
    kinds, lost, alike = Counter(), 0, 0
    for record, group in zip(records, group_of, strict=True):
        if record["duplicate"] not in LOOK_ALIKE:
            continue
        lead, lead_group = first[record["person"]]
        kinds[record["duplicate"]] += 1
        alike += 1
        lost += group != lead_group
        road = re.compile(r"[一-龥]{2}路")
        agreed = sum(record[trait] == lead[trait] for trait in ("name", "phone", "birth"))
        assert agreed + (road.findall(record["address"]) == road.findall(lead["address"])) >= 2
    assert set(kinds) == LOOK_ALIKE
    assert lost > 0.7 * alike > 30


def test_families_share_phone_and_home_and_organisations_a_phone_with_a_customer(con, records):
    crm = {
        record["person"]: record
        for record in records
        if record["source_name"] == "crm" and record["duplicate"] is None
    }
    kinds = Counter()
    for person, other, kind in con.execute("from shared_phones").fetchall():
        if person not in crm or other not in crm:
            continue
        one, two = crm[person], crm[other]
        assert one["name"] != two["name"]
        assert one["id_number"] is None or one["id_number"] != two["id_number"]
        kinds[kind] += one["phone"] == two["phone"]
        if kind == "family":
            assert one["address"] == two["address"]
        else:
            assert {one["party"], two["party"]} in ({"B", "C"}, {"G", "C"})
    assert kinds["family"] > 60
    assert kinds["contact_person"] > 30


def test_a_branch_phone_stands_on_many_records(records):
    phones = Counter(record["phone"] for record in records if record["source_name"] == "crm")
    assert phones.most_common(1)[0][1] > 8


def test_names_are_as_frequent_as_in_the_population_and_many_people_share_one(records):
    names = {r["person"]: r["name"] for r in records if r["party"] == "C" and r["error"] is None}
    surnames = Counter(name[0] for name in names.values())
    # 794 of the 8,823 hundredths that the list covers
    assert surnames["李"] / len(names) == pytest.approx(0.09, abs=0.015)
    assert surnames["李"] > surnames["张"] > surnames["陈"] > surnames["郭"]
    assert {name[:2] for name in names.values()} & {"欧阳", "上官", "司马", "诸葛", "皇甫"}
    assert len(set(names.values())) < 0.97 * len(names)


def test_records_that_nobody_damaged_spell_a_person_the_same_way(records):
    names = defaultdict(set)
    for record in records:
        if record["error"] in (None, "birth", "sex", "id_number"):
            names[record["person"]].add(record["name"])
    assert all(len(spellings) == 1 for spellings in names.values())


def is_what_the_label_says(error, damaged, clean, sex):
    """Whether a damaged name shows the kind of damage it is labelled with."""
    differing = [(a, b) for a, b in zip(damaged, clean, strict=False) if a != b]

    def sounds(character):
        style = pypinyin.Style.NORMAL
        return set(pypinyin.pinyin(character, style=style, heteronym=True)[0])

    match error:
        case "homophone":
            (one,) = differing
            return len(damaged) == len(clean) and bool(sounds(one[0]) & sounds(one[1]))
        case "glyph":
            return len(damaged) == len(clean) and len(differing) == 1
        case "traditional":
            return SIMPLIFIED(damaged) == clean
        case "swapped":
            return any(damaged[n:] + damaged[:n] == clean for n in range(1, len(damaged)))
        case "symbol":
            return re.sub(r"[^一-龥]", "", damaged) == clean
        case "replacement":
            return "\ufffd" in damaged and len(differing) == 1
        case "debris":
            return SIMPLIFIED(DEBRIS.sub("", damaged)) == clean
        case "title":
            return damaged.endswith({"F": "先生", "M": "女士"}[sex])
    return False


def test_every_damaged_name_shows_the_damage_on_its_label(records):
    clean, sex = {}, {}
    for record in records:
        if record["error"] is None:
            clean[record["person"]] = record["name"]
        if record["source_name"] == "crm" and record["error"] != "sex":
            sex[record["person"]] = record["sex"]
    found = Counter()
    for record in records:
        error, person = record["error"], record["person"]
        if error in (None, "birth", "sex", "id_number"):
            continue
        assert is_what_the_label_says(error, record["name"], clean[person], sex[person]), error
        found[error] += 1
    assert len(found) == 8
    assert sum(found.values()) > 60


def test_text_repair_heals_exactly_the_names_labelled_so(records):
    from warehouse.normalise import normalise

    clean = {r["person"]: r["name"] for r in records if r["error"] is None}
    healed = [
        (normalise("name", r["name"]) == normalise("name", clean[r["person"]]), r["is_repaired"])
        for r in records
        if r["error"] not in (None, "birth", "sex", "id_number")
    ]
    assert all(is_healed == is_labelled for is_healed, is_labelled in healed)
    assert {is_healed for is_healed, _ in healed} == {True, False}
