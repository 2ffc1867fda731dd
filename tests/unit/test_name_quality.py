"""Names of one customer after another, each with what must be found in it and what must not."""

import json
from datetime import date
from random import Random

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from identity_lake import AS_OF, DAY_2, Lake
from stdnum.cn import ric, uscc
from typer.testing import CliRunner, Result

from warehouse.commands.main import app
from warehouse.engine.audit import generation_id
from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.name_quality import judge, open_findings, resolve
from warehouse.name_quality.disagreement import distance
from warehouse.name_quality.id_numbers import organisation_sum, person_sum


def id_number(born: date, order: str) -> str:
    """A well-formed identity card number; an even order is a woman's."""
    number = f"110105{born:%Y%m%d}{order}"
    return number + ric.calc_check_digit(number + "0")


ALONE = {
    # a name by itself: (name, sex) and the blocking, the milder rules it breaks
    "王小明": ("王小明", "M", set(), set()),
    "欧阳娜娜": ("欧阳娜娜", "F", set(), set()),
    "阿卜杜拉·买买提": ("阿卜杜拉·买买提", "M", set(), set()),
    "John O'Neil-Smith": ("John O'Neil-Smith", "M", set(), set()),
    "lost": ("王\ufffd明", "M", {"replacement_character"}, set()),
    "mojibake": ("锟斤拷", "M", {"mojibake"}, {"surname_unknown"}),
    "asked": ("王?明", "M", {"lost_character"}, set()),
    "digit": ("王小明１", "M", {"digit_in_name"}, {"text_repaired"}),
    "latin": ("王x小明", "M", {"latin_in_han_name"}, set()),
    "symbol": ("王小明_", "M", {"symbol_in_name"}, set()),
    "remark": ("王小明(儿子)", "M", set(), {"brackets_in_name"}),
    "one": ("王", "M", {"one_character"}, set()),
    "nobody": ("未知", "M", {"placeholder"}, {"surname_unknown"}),
    "company": ("深圳宏达商贸有限公司", "U", {"company_word"}, set()),
    "workshop": ("王记大众木工厂", "U", set(), {"company_word_possible"}),
    "long": ("王小明明明", "M", set(), {"long_name"}),
    "reversed": ("小明王", "M", set(), {"surname_last"}),
    "rare": ("嗯嗯嗯", "M", set(), {"surname_unknown"}),
    "polite": ("王小明先生", "M", set(), {"title_in_name"}),
    "wrong title": ("王小明女士", "M", {"female_title_of_man"}, {"title_in_name"}),
    "wrong mister": ("Mr. Li Na", "F", {"male_title_of_woman"}, {"title_in_name"}),
    "debris": ("張(zhāng)三丰", "M", set(), {"text_repaired"}),
    "wide": ("王\u3000小明", "M", set(), {"text_repaired"}),
}
TOGETHER = {
    # the CRM's name, the account's name and what the disagreement is called
    "homophone": ("李伟伟", "李玮伟", "homophone"),
    "glyph": ("李末明", "李未明", "glyph_variant"),
    "order": ("李小明", "小明李", "order_differs"),
    "slip": ("李小明", "李小", "misspelling"),
    "marriage": ("李小明", "赵红兵", "other_name"),
    "script": ("張偉明", "张伟明", "written_otherwise"),
}


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    lake = Lake(tmp_path_factory.mktemp("names"))
    for code, (name, sex, _, _) in ALONE.items():
        lake.customer(code, idn=f"alone {code}", name=name, sex_code=sex)
    for code, (crm, boss, _) in TOGETHER.items():
        lake.customer(code, name=crm)
        lake.account(f"{code} account", crm=code, name=boss)
    lake.customer("settled", name="李晓明")
    for number in (1, 2):
        lake.account(f"settled account {number}", crm="settled", name="李小明")
    lake.customer("damaged", name="李小\ufffd")
    lake.account("damaged account", crm="damaged", name="李小明")
    lake.customer(
        "organisation", party="B", name="宏达１２商贸(集团)有限公司", idn="91110000600037341L"
    )
    lake.account("organisation account", crm="organisation", name="赵红兵")
    lake.customer("person as body", party="B", name="赵红兵", idn="91110000600037341M")
    numbered(lake)
    lake.customer("mended", name="李四\ufffd")
    lake.customer("mended", name="李四方", day=DAY_2)
    lake.resolve()
    judge(lake.settings, AS_OF)
    return lake


def numbered(lake: Lake) -> None:
    """People with identity numbers, far enough from each other not to be taken for one."""
    good, other = date(1949, 12, 31), date(1980, 1, 1)
    woman, man, wrong = date(1951, 2, 3), date(1962, 5, 16), date(1973, 8, 29)
    lake.customer("good id", id_number(good, "002"), name="赵小红", birth_date=good, sex_code="F")
    lake.customer("other birth", id_number(other, "001"), name="钱二虎", birth_date=woman)
    lake.customer("other sex", id_number(man, "001"), name="孙三娘", birth_date=man, sex_code="F")
    right = id_number(wrong, "001")
    failing = right[:17] + ("1" if right[17] == "0" else "0")
    lake.customer("bad check", failing, name="周四海", birth_date=wrong)
    day, month = date(1984, 12, 1), date(1984, 1, 12)
    lake.customer("swapped", name="吴五洲", birth_date=month)
    lake.customer("right", id_number(day, "003"), name="吴五洲", birth_date=day)
    lake.account("swapped account", crm="swapped", idn=id_number(day, "003"), name="吴五洲")
    lake.customer("stranger", name="郑六合", birth_date=date(1990, 7, 7))
    lake.account("stranger account", "stranger", id_number(date(1991, 3, 4), "003"), name="郑六合")


def findings(lake: Lake) -> list[dict]:
    return pq.read_table(lake.settings.lake / "identity" / "name_quality.parquet").to_pylist()


def broken(lake: Lake, source_id: str, level: int) -> set[str]:
    return {
        row["rule_code"]
        for row in findings(lake)
        if row["source_id"] == source_id and (row["severity_level"] == 1) == (level == 1)
    }


@pytest.mark.parametrize("code", ALONE)
def test_a_name_by_itself_breaks_exactly_the_rules_it_should(lake, code):
    _, _, blocking, milder = ALONE[code]
    assert (broken(lake, code, 1), broken(lake, code, 2)) == (blocking, milder)


@pytest.mark.parametrize("code", TOGETHER)
def test_two_systems_that_disagree_are_both_named_and_nobody_is_believed(lake, code):
    crm, boss, rule = TOGETHER[code]
    found = {row["source_id"]: row for row in findings(lake) if row["rule_code"] == rule}
    for record, name in ((code, crm), (f"{code} account", boss)):
        assert found[record]["observed_token"] == f"#{name}"
        assert found[record]["canonical_token"] is None
        assert found[record]["edit_distance"] == distance(crm, boss)


def test_two_against_one_and_a_sound_name_against_a_damaged_one_are_believed(lake):
    by_record = {(row["source_id"], row["rule_code"]): row for row in findings(lake)}
    assert by_record["settled", "homophone"]["canonical_token"] is not None
    assert by_record["damaged", "misspelling"]["canonical_token"] is not None
    assert not {"settled account 1", "damaged account"} & {record for record, _ in by_record}


def test_organisations_are_held_to_their_own_rules(lake):
    assert broken(lake, "organisation", 1) == set()
    assert broken(lake, "organisation", 2) == {"text_repaired", "other_holder"}
    assert broken(lake, "person as body", 2) == {"person_as_organisation", "id_check_digit"}


def test_an_identity_number_is_held_against_birth_sex_and_its_own_check_digit(lake):
    ids = ("good id", "other birth", "other sex", "bad check")
    assert [broken(lake, one, 1) for one in ids] == [set(), {"id_birth_date"}, {"id_sex"}, set()]
    assert broken(lake, "swapped account", 1) == set(), "another record of the customer agrees"
    assert broken(lake, "stranger account", 1) == {"id_birth_date"}
    assert [broken(lake, one, 2) for one in ids] == [set(), set(), set(), {"id_check_digit"}]


def test_a_corrected_delivery_ends_a_finding_and_its_day_dates_one(lake):
    assert broken(lake, "mended", 1) == set()
    judge(lake.settings, date(2026, 10, 31))
    assert broken(lake, "mended", 1) == {"replacement_character"}
    judge(lake.settings, AS_OF)


def test_nothing_but_codes_and_tokens_leaves_the_vault(lake):
    names = {name for name, *_ in ALONE.values()} | {n for t in TOGETHER.values() for n in t[:2]}
    for row in findings(lake):
        assert not names & {value for value in row.values() if isinstance(value, str)} - set(ALONE)


def test_what_somebody_has_settled_stays_settled_until_another_name_comes(tmp_path):
    lake = Lake(tmp_path)
    lake.customer("c", name="李伟伟")
    lake.account("a", crm="c", name="李玮伟")
    lake.resolve()
    assert judge(lake.settings, AS_OF).blocked_customers == 1
    [crm, _] = sorted(open_findings(lake.settings), key=lambda row: row[1] == "boss")
    key = crm[0]
    with pytest.raises(RapportError, match="RP-3202"):
        resolve(lake.settings, key, "homophone", "he said his name is 李伟伟")
    with pytest.raises(RapportError, match="RP-3201"):
        resolve(lake.settings, key, "misspelling", "document_seen")
    assert resolve(lake.settings, key, "homophone", "document_seen") == 2
    assert judge(lake.settings, AS_OF).blocked_customers == 0
    assert {row["resolution_code"] for row in findings(lake)} == {"document_seen"}
    assert open_findings(lake.settings) == []
    assert Ledger(lake.settings.ledger_file).verify_chain()
    lake.account("a", crm="c", name="李炜伟", day=DAY_2)
    lake.resolve()
    assert judge(lake.settings, AS_OF).blocked_customers == 1


def test_check_digits_agree_with_the_standard_library_of_numbers():
    draw = Random(1)
    persons = ["".join(draw.choices("0123456789", k=17)) for _ in range(2000)]
    bodies = ["".join(draw.choices(uscc._alphabet, k=17)) for _ in range(2000)]
    right = pa.table(
        {
            "person": [text + ric.calc_check_digit(text + "0") for text in persons],
            "body": [text + uscc.calc_check_digit(text) for text in bodies],
        }
    )
    with duckdb.connect() as con:
        con.register("numbers", right)
        person, body = (
            con.sql(f"select distinct ({number}) % {modulus} from numbers").fetchall()
            for number, modulus in ((person_sum("person"), 11), (organisation_sum("body"), 31))
        )
    assert (person, body) == ([(1,)], [(0,)])


@given(*[st.text("王李小明x", max_size=6)] * 3)
def test_edit_distance_is_a_metric(a, b, c):
    assert (distance(a, b) == 0) == (a == b)
    assert distance(a, b) == distance(b, a) <= distance(a, c) + distance(c, b)


def test_the_command_line_lists_what_is_open_and_settles_it(tmp_path, monkeypatch):
    lake = Lake(tmp_path)
    lake.customer("c", name="李小明１")
    lake.resolve()
    judge(lake.settings, AS_OF)
    monkeypatch.setenv("RAPPORT_HOME", str(tmp_path))
    before = generation_id(lake.settings, AS_OF)

    def names(*arguments: str) -> Result:
        return CliRunner().invoke(app, ["names", *arguments])

    [shown] = json.loads(names("open", "--json").stdout)
    assert (shown["rule"], shown["delivered"]) == ("digit_in_name", "2026-10-31")
    assert "小明" not in names("open").output
    key = shown["customer_key"]
    refused = names("resolve", key, "digit_in_name", "--reason", "because")
    assert refused.exit_code == 2 and "RP-3202" in refused.output
    assert names("resolve", key, "digit_in_name", "--reason", "document_seen").exit_code == 0
    assert generation_id(lake.settings, AS_OF) != before
    assert judge(lake.settings, AS_OF).blocked_customers == 0
    assert json.loads(names("open", "--json").stdout) == []
