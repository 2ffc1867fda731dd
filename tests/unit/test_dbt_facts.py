"""Facts after any sequence of deliveries equal facts built from the files that remain.

Late, corrected and withdrawn files, a key delivered twice and a row moved to another day are run
incrementally, and each time compared with hand-written rows and with a full refresh.
"""

from datetime import date, datetime

import duckdb
import pytest
from tiny_lake import TinyLake

from warehouse.engine import dbt_runner

FACTS = ("fct_bill_line", "fct_usage_day", "fct_page_view", "fct_web_day")
D1, D2, D3 = (date(2026, 11, day) for day in (1, 2, 3))


def bill(line: str, day: date, amount: str) -> dict:
    return {"bill_line_id": line, "billed_date": day, "_event_date": day, "amount_yuan": amount}


def view(number: str, day: date, dwell: int | None) -> dict:
    return {
        "view_id": number,
        "visitor_id": "V1",
        "session_id": "S1",
        "viewed_at": datetime(day.year, day.month, day.day, 2),
        "page_code": "home",
        "channel_code": "web",
        "dwell_ms": dwell,
        "_event_date": day,
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    lake = TinyLake(tmp_path_factory.mktemp("facts"))
    lake.deliver("boss/bills", D1, "b1", [bill("L1", D1, "10.01"), bill("L2", D1, "5.00")])
    lake.deliver("boss/bills", D2, "b2", [bill("L3", D2, "7.00")])
    lake.deliver("web/page_views", D1, "v1", [view("W1", D1, 60_000), view("W2", D1, None)])
    usage = {"subscription_id": "U1", "usage_date": D1, "_event_date": D1, "call_minutes": 1.5}
    lake.deliver("boss/usage_days", D1, "u1", [usage])
    return lake


def run(lake: TinyLake, *options: str) -> None:
    lake.audit()
    selected = ["run", "--select", *(f"+{fact}" for fact in FACTS), *options]
    assert dbt_runner.select(lake.settings, selected)


def rows(lake: TinyLake, query: str) -> list[tuple]:
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as con:
        return con.sql(query).fetchall()


def bills(lake: TinyLake) -> dict[str, tuple[date, str]]:
    query = (
        "select bill_line_id, billed_date, cast(amount_yuan as varchar) from facts.fct_bill_line"
    )
    return {line: (day, amount) for line, day, amount in rows(lake, query)}


def everything(lake: TinyLake) -> dict[str, list[tuple]]:
    return {fact: rows(lake, f"from facts.{fact} order by all") for fact in FACTS}


def assert_equals_full_refresh(lake: TinyLake) -> None:
    incremental = everything(lake)
    run(lake, "--full-refresh")
    assert incremental == everything(lake)


def test_a_file_corrects_withdraws_moves_and_returns_as_if_built_once(world):
    run(world)
    assert bills(world) == {"L1": (D1, "10.01"), "L2": (D1, "5.00"), "L3": (D2, "7.00")}
    assert rows(world, "select page_views, dwell_minutes from facts.fct_web_day") == [(2, 1.0)]

    # late file of an old day; a newer delivery of L2; W2 moves to the next day
    world.deliver("boss/bills", D3, "b3", [bill("L2", D1, "4.00"), bill("L4", D1, "1.00")])
    world.deliver("web/page_views", D2, "v2", [view("W2", D2, None)])
    run(world)
    assert bills(world)["L2"] == (D1, "4.00") and bills(world)["L4"] == (D1, "1.00")
    visits = "select view_date, page_views from facts.fct_web_day order by 1"
    assert rows(world, visits) == [(D1, 1), (D2, 1)]
    assert rows(world, "select dwell_minutes from facts.fct_web_day where censored_views = 1") == [
        (None,)
    ]
    assert_equals_full_refresh(world)

    # an older delivery that comes late does not win; a correction dates L3 again
    world.deliver("boss/bills", date(2026, 10, 31), "b0", [bill("L4", D1, "99.00")])
    world.deliver("boss/bills", date(2026, 11, 4), "b4", [bill("L3", D3, "7.50")])
    run(world)
    assert bills(world)["L4"] == (D1, "1.00")
    assert bills(world)["L3"] == (D3, "7.50")
    assert_equals_full_refresh(world)

    # the correction and the moved view are withdrawn: the first versions stand again
    world.withdraw("b4")
    world.withdraw("v2")
    world.withdraw("u1")
    run(world)
    assert bills(world)["L3"] == (D2, "7.00")
    assert rows(world, visits) == [(D1, 2)]
    assert rows(world, "from facts.fct_usage_day") == []
    assert_equals_full_refresh(world)


def test_days_whose_files_did_not_change_are_not_touched(world):
    run(world)
    with duckdb.connect(world.settings.warehouse_file) as con:
        con.execute("update facts.fct_bill_line set amount_yuan = -1 where billed_date <> $1", [D3])
    world.deliver("boss/bills", date(2026, 11, 5), "b5", [bill("L9", D3, "3.00")])
    run(world)
    amounts = {line: amount for line, (_, amount) in bills(world).items()}
    assert amounts.pop("L9") == "3.00"
    assert set(amounts.values()) == {"-1.00"}


def test_new_code_rebuilds_every_day(world):
    world.code = "new code"
    run(world)
    assert "-1.00" not in {amount for _, amount in bills(world).values()}
    assert_equals_full_refresh(world)
