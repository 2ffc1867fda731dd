"""Who lives together and who answers for an organisation, without being one customer."""

import pyarrow.parquet as pq
import pytest
from identity_lake import DAY_2, Lake

from warehouse.identity.relations import LARGEST_HOME

HOME = "北京市朝阳区建国路12号301室"
SHORT = "朝阳区建国路１２-３０１"


@pytest.fixture
def lake(tmp_path):
    return Lake(tmp_path)


def related(lake, name):
    """Rows of a relation with source ids in place of customer keys."""
    _, xref = lake.resolve()
    source_id = {row["customer_key"]: number for number, row in xref.items()}
    rows = pq.read_table(lake.home / "lake" / "identity" / f"{name}.parquet").to_pylist()
    return [{k: source_id.get(v, v) for k, v in row.items()} for row in rows]


def test_a_home_and_a_phone_or_a_surname_make_a_household_and_not_one_customer(lake):
    lake.customer("wife", name="李梅", phone="p1", address=HOME, idn="1")
    lake.customer("husband", name="王建国", phone="p1", address=SHORT, idn="2")
    lake.customer("son", name="王力", phone="p2", address=HOME, idn="3")
    lake.customer("lodger", name="陈明", phone="p3", address=HOME, idn="4")
    lake.customer(
        "namesake", name="王建国", phone="p4", address="上海市黄浦区建国路12号301室", idn="5"
    )
    rows = related(lake, "household")
    assert {(row["customer_key"], row["evidence_code"]) for row in rows} == {
        ("wife", "address+phone"),
        ("husband", "address+phone+surname"),
        ("son", "address+surname"),
    }
    assert len({row["household_id"] for row in rows}) == 1
    before = rows[0]["household_id"]
    lake.customer("daughter", name="王丽", address=HOME, idn="6", day=DAY_2)
    assert {row["household_id"] for row in related(lake, "household")} == {before}


@pytest.mark.parametrize(("people", "housed"), [(LARGEST_HOME, 2), (LARGEST_HOME + 1, 0)])
def test_a_dormitory_is_no_household(lake, people, housed):
    for number in range(people):
        surname = "王" if number < 2 else chr(0x5000 + number)
        lake.customer(f"c{number}", name=f"{surname}明", address=HOME, idn=f"{number}")
    assert len(related(lake, "household")) == housed


def test_the_person_at_an_organisations_phone_is_its_contact_and_not_its_customer(lake):
    lake.customer("firm", name="北京宏达有限公司", phone="p1", party="B", address=HOME)
    lake.customer("owner", name="王建国", phone="p1", idn="1", address=HOME)
    lake.customer("bureau", name="环境监测站", phone="p2", party="G")
    lake.customer("clerk", name="李梅", phone="p2", idn="2")
    lake.customer("deputy", name="陈明", phone="p2", idn="3")
    lake.customer("other", name="赵云", phone="p3", idn="4")
    rows = related(lake, "organisation_contact")
    assert [tuple(row.values()) for row in sorted(rows, key=lambda row: str(row.values()))] == [
        ("bureau", "clerk", "contact_phone", 0.45),
        ("bureau", "deputy", "contact_phone", 0.45),
        ("firm", "owner", "contact_phone", 0.9),
    ]
    assert related(lake, "household") == []


def test_a_branch_phone_makes_nobody_a_contact(lake):
    lake.customer("firm", name="北京宏达有限公司", phone="p", party="B")
    for number in range(12):
        lake.customer(f"c{number}", name=f"王{chr(0x5000 + number)}", phone="p", idn=f"{number}")
    assert related(lake, "organisation_contact") == []
