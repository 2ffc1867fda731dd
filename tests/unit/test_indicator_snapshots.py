"""An indicator snapshot knows what was known on its day: later events change nothing in it.

A small world is built as of 31 October, lives on for two weeks, and its October snapshot is built
again with everything that happened since in the lake. Then a day passes: snapshots whose version
stands are kept as they are, unwanted ones go.
"""

from datetime import date

import duckdb
import pytest
from living_lake import OCTOBER, TODAY, Living, live_on, live_until_october

from warehouse.engine import dbt_runner

TOMORROW = date(2026, 11, 16)
ENDED = date(2026, 11, 3)
"""The last day of the last service, between the two snapshots."""
SUBJECTS = (
    "profile", "service", "value", "usage", "payment", "balance", "web", "contact", "campaign",
    "composite",
)  # fmt: skip


def run(lake: Living) -> None:
    selected = [*(f"+ind_{subject}" for subject in SUBJECTS), "+seg_membership"]
    built = ["build", "--resource-type", "model", "seed", "--select", *selected]
    assert dbt_runner.select(lake.settings, built)


def snapshot(lake: Living, subject: str, day: date) -> list[dict]:
    query = f"select * exclude (_version) from indicators.ind_{subject} where as_of_date = $1"
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as con:
        return con.execute(query, [day]).to_arrow_table().to_pylist()


@pytest.fixture(scope="module")
def seen(tmp_path_factory) -> dict:
    """October as seen in October and as seen in November, and the lake as it then lies."""
    lake = Living(tmp_path_factory.mktemp("snapshots"))
    live_until_october(lake)
    lake.snapshots({OCTOBER: "v1"})
    run(lake)
    then = {subject: snapshot(lake, subject, OCTOBER) for subject in SUBJECTS}
    live_on(lake)
    lake.snapshots({OCTOBER: "v2", TODAY: "w1"})
    run(lake)
    return {"lake": lake, "then": then}


@pytest.mark.parametrize("subject", SUBJECTS)
def test_a_snapshot_built_later_equals_the_one_built_on_its_day(seen, subject):
    [then] = seen["then"][subject]
    [now] = snapshot(seen["lake"], subject, OCTOBER)
    assert now == then


def test_the_october_snapshot_says_what_october_knew(seen):
    values = {name: value for [row] in seen["then"].values() for name, value in row.items()}
    expected = {
        "age_years": 35, "is_female": 1, "region_tier": 1, "crm_records_count": 1, "is_active": 1,
        "active_services_count": 2, "monthly_fee_yuan": 14, "billed_yuan_30d": 10,
        "on_time_payment_share_365d": 0, "overdue_yuan": 10, "is_auto_pay": 0, "paid_yuan_90d": 4,
        "balance_mean_yuan_30d": 100, "page_views_count_30d": 1, "refused_offers_count_365d": 0,
        "accepted_offers_count_365d": 1, "allows_phone_marketing": 1, "open_complaints_count": 1,
        "call_minutes_30d": 10, "usage_days_count_30d": 1,
    }  # fmt: skip
    assert {name: values[name] for name in expected} == expected


def test_the_new_snapshot_says_what_has_happened_since(seen):
    rows = [snapshot(seen["lake"], subject, TODAY) for subject in SUBJECTS]
    values = {name: value for [row] in rows for name, value in row.items()}
    expected = {
        "age_years": 36, "is_female": 0, "region_tier": 1, "crm_records_count": 2, "is_active": 0,
        "ended_services_count_90d": 2, "billed_yuan_30d": 15, "overdue_yuan": 8,
        "is_auto_pay": None, "paid_yuan_90d": 24, "page_views_count_90d": 3,
        "refused_offers_count_365d": 1, "allows_phone_marketing": 0, "open_complaints_count": 0,
        "call_minutes_90d": 20, "balance_yuan": 900,
    }  # fmt: skip
    assert {name: values[name] for name in expected} == expected


MEMBERS = """select scheme_code, segment_code, valid_from, valid_to, is_current, from_segment_code,
    rule_code, to_segment_code, exit_rule_code from segments.seg_membership order by all"""


def test_who_moved_to_another_segment_is_told_with_the_day_and_the_reason(seen):
    life = [row[1:] for row in members(seen["lake"]) if row[0] == "lifecycle"]
    forever = date(9999, 12, 31)
    assert life == [
        ("exit", ENDED, forever, True, "mature", "all_services_ended", None, None),
        ("mature", OCTOBER, ENDED, False, None, "steady", "exit", "all_services_ended"),
    ]


def test_segments_kept_from_day_to_day_equal_those_built_anew(seen):
    kept = members(seen["lake"])
    anew = ["run", "--full-refresh", "--select", "segments.schemes", "seg_value_tier"]
    assert dbt_runner.select(seen["lake"].settings, [*anew, "seg_lifecycle", "seg_membership"])
    assert members(seen["lake"]) == kept


def members(lake: Living) -> list[tuple]:
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as con:
        return con.sql(MEMBERS).fetchall()


def test_what_stands_is_kept_the_eve_of_what_segments_read_too_and_the_unwanted_goes(seen):
    lake = seen["lake"]
    with duckdb.connect(lake.settings.warehouse_file) as con:
        con.execute("update indicators.ind_value set billed_yuan_30d = -1")
    lake.snapshots({OCTOBER: "v2", TOMORROW: "x1"}, eve={TODAY: "w1"})
    run(lake)
    [kept] = snapshot(lake, "value", OCTOBER)
    [eve] = snapshot(lake, "value", TODAY)
    assert kept["billed_yuan_30d"] == eve["billed_yuan_30d"] == -1
    assert snapshot(lake, "balance", TODAY) == []
    assert len(snapshot(lake, "contact", TODAY)) == 1
    [built] = snapshot(lake, "value", TOMORROW)
    assert built["billed_yuan_30d"] == 15
    [came] = [row[2] for row in members(lake) if row[:2] == ("lifecycle", "exit")]
    assert came == ENDED, "the day is that of the cause, whichever day a run looked"
