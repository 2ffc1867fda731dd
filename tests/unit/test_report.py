"""The report opens from disk, fetches nothing, repeats to the byte and shows no small group."""

import json
import re

import pytest
from gate_world import AS_OF, BEFORE

from expectations.results import STAGES, CheckResult, GateResult, require_all_green, write_result
from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.publication.publish import publish
from warehouse.report.deliveries import restatements
from warehouse.report.write import write_report

HOSTILE = "<script>alert('x')</script>"
FILL = (
    f"""insert into marts.mart_indicator_summary by name
    select date '{AS_OF}' as as_of_date, 'lifecycle' as scheme_code, segment_code, indicator_code,
        indicator_name, segment_code = 'exit' as is_suppressed,
        case when segment_code <> 'exit' then 123 + length(segment_code) end as customers_count,
        case when segment_code <> 'exit' then 50.5 end as mean_value
    from (values (301001209::bigint, 'billed_yuan_90d'), (201001000, 'is_active'))
        indicators(indicator_code, indicator_name),
        (values ('acquire'), ('grow'), ('exit')) segments(segment_code)""",
    """update marts.mart_indicator_summary set indicator_name = 'billed_yuan_90d', mean_value = 40
    where scheme_code = 'all' and indicator_code = 301001209""",
    """update marts.dim_indicator set label_en = 'Billed in 90 days', label_zh = '近90天出账金额',
    unit_code = 'yuan'""",
    f"""insert into marts.mart_kpi_daily by name
    select name as kpi_name, date '{AS_OF}' - age::integer as kpi_date, label as label_en,
        label as label_zh, unit as unit_code, 'lower_is_better' as direction_code,
        value as kpi_value, 70 as week_before_value, value - 70 as change_value,
        case when age = 0 then z end as robust_z, age = 0 and z > 5 as is_alert
    from (values ('quiet', 'Quiet', 'count', 77, 0.1), ('calls', 'Calls <b>', 'count', 84, 6.25),
        ('still', 'Still', 'count', 70, 9.0)) kpis(name, label, unit, value, z), range(9) t(age)""",
    f"""insert into marts.mart_kpi_contribution by name
    select name as kpi_name, dimension as dimension_code, member as member_code,
        date '{AS_OF}' as kpi_date, value as member_change_value
    from (values ('calls', 'value_tier', 'core', 20), ('calls', 'value_tier', 'small_groups', -6),
        ('calls', 'party', 'consumer', 14), ('quiet', 'channel', 'web', 4),
        ('quiet', 'channel', 'app', 3)) parts(name, dimension, member, value)""",
    "delete from marts.mart_campaign_review",
    f"""insert into marts.mart_campaign_review by name
    select 'K1' as campaign_id, arm_code, $${HOSTILE}$$ as campaign_name,
        'up_sell' as objective_code, date '{BEFORE}' as start_date, 1000 as members_count,
        0.5 as reach_share, 0.11 as response_share, itt_share, itt_share - 0.02 as itt_ci_low_share,
        itt_share + 0.02 as itt_ci_high_share, 12.34 as cost_yuan
    from (values ('treatment', 0.0815), ('control', null)) arms(arm_code, itt_share)""",
)


@pytest.fixture(scope="module")
def world(healthy, tmp_path_factory):
    world = healthy.copy(tmp_path_factory.mktemp("report") / "home")
    world.sql(*FILL)
    return world


@pytest.fixture(scope="module")
def folder(world):
    return published(world, "g1")


@pytest.fixture(scope="module")
def text(world, folder):
    return write_report(world.settings, folder).read_text()


def published(world, generation):
    settings = world.settings
    fence = Ledger(settings.ledger_file).start_run(AS_OF)
    odd = CheckResult("marts.x", "odd_share", False, "warning", 1, 1, says="odd share is at most 0")
    held = CheckResult("marts.x", "rows", True, "critical", 1, 0)
    for stage in STAGES:
        result = GateResult(stage, True, [held, odd], str(fence), AS_OF.isoformat())
        write_result(settings, result)
    gates = require_all_green(settings, str(fence), AS_OF)
    return publish(settings, generation, AS_OF, fence, gates).path


def test_the_page_fetches_nothing_and_runs_nothing(text):
    assert "<script" not in text
    links = set(re.findall(r"https?://[^\"' <]+", text))
    assert links <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    assert len(text.encode()) < 2_000_000


def test_the_page_says_in_two_languages_what_the_generation_says(text, folder):
    manifest = json.loads((folder / "manifest.json").read_text())
    for wanted in (
        *("g1", "2026-11-07", manifest["content_digest"]),
        *("300", "270"),  # customers, and those in service
        *("boss/usage_days", "1,100"),  # five days of 220 subscribers
        *("Billed in 90 days", "近90天出账金额"),
        *("churn", "0.7", "提升度", "校准"),
        *("odd share is at most 0", "警告"),
        *("升级销售", "8.2 %", "+6.2 … +10.2 %", "12.34"),
    ):
        assert wanted in text, wanted
    assert text.count("<svg") == 7


def test_of_the_key_figures_that_changed_the_one_farthest_from_its_usual_is_taken_apart(text):
    section = text[text.index("Key figures<small>") : text.index("Segments<small>")]
    for wanted in ("Calls &lt;b&gt;, +14 since a week before", "6.2", "异动", "core 核心", "+20"):
        assert wanted in section, wanted
    assert "By party" not in section  # one member would only repeat the whole
    assert "small groups 人数过少合计" in section and "By channel" not in section


def test_restated_days_are_told_by_table_and_reason(tmp_path):
    fixed = {"source": "boss", "table": "bills", "reason": "late", "is_closed": False}
    dated = [("2026-11-01", 3, ["2026-10-31/2026-11-01"]), ("2026-11-02", 2, ["2026-11-02"])]
    found = [
        fixed | {"business_date": day, "late_by_days": late, "days": days}
        for day, late, days in dated
    ]
    assert "No day published before has changed" in restatements(tmp_path)
    (tmp_path / "restatements.json").write_text(json.dumps(found))
    cells = re.findall(r"<td[^>]*>([^<]*)</td>", restatements(tmp_path))
    assert cells[0] == "boss/bills" and cells[2:] == [
        "2",
        "2026-10-31",
        "2026-11-02",
        "3",
        "3",
        "0",
    ]


def test_a_suppressed_group_has_no_figure_anywhere(text):
    assert "too few to show" in text
    exit_row = re.search(r"exit 流失.{0,400}", text, re.S)
    assert exit_row and "50.5" not in exit_row[0].split("</tr>")[0]


def test_text_from_the_data_is_escaped(text):
    assert HOSTILE not in text
    assert "&lt;script&gt;" in text


def test_the_same_generation_gives_the_same_bytes(world, folder, text):
    (folder / "report.html").unlink()
    assert write_report(world.settings, folder).read_text() == text
    assert write_report(world.settings, world.settings.published / "current").read_text() == text


def test_the_report_leaves_the_generation_as_it_was_published(world, folder, text):
    assert not list(folder.glob("*.tmp"))
    assert publish_again(world) is False


def publish_again(world):
    settings = world.settings
    fence = Ledger(settings.ledger_file).start_run(AS_OF)
    held = CheckResult("marts.x", "rows", True, "critical", 1, 0)
    results = [GateResult(s, True, [held], str(fence), AS_OF.isoformat()) for s in STAGES]
    for result in results:
        write_result(settings, result)
    return publish(settings, "g1", AS_OF, fence, results).changed


def test_a_generation_without_campaigns_scores_or_segments_still_has_a_report(
    world, tmp_path, folder
):
    bare = world.copy(tmp_path / "bare")
    bare.sql(
        *(
            f"delete from marts.mart_{name}"
            for name in ("campaign_review", "indicator_summary", "kpi_daily")
        ),
        "drop table marts.mart_propensity_evaluation",
        "drop table marts.mart_campaign_propensity",
        "delete from marts.mart_customer_360",
    )
    page = write_report(bare.settings, published(bare, "bare"))
    assert page.read_text().count("Nothing to show yet") == 6


def test_a_folder_that_is_no_generation_is_refused(world, tmp_path):
    with pytest.raises(RapportError, match="RP-3010"):
        write_report(world.settings, tmp_path)
