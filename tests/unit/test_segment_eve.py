"""The eve is a side branch: today's segments are those of a walk without it, its own those of then.

The models' own SQL over random profits and signals, so many that ways part at every border. What
does not belong here: examples to check by hand (`dbt/models/segments/_eve_formulas.yml`).
"""

from datetime import date

import duckdb
import pytest

from tests.real.segment_sql import load_seed, model

MONTH_ENDS = [date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31), date(2026, 6, 30)]
DAYS = {
    "month_end": (date(2026, 7, 30), date(2026, 7, 31)),
    "day": (date(2026, 7, 6), date(2026, 7, 7)),
}
CUSTOMERS = 400


def world(days: list[tuple[date, bool]]) -> duckdb.DuckDBPyConnection:
    """Customers on the given days, each with whether it is the eve; a number belongs to a day."""
    con = duckdb.connect()
    con.execute("create table segment_days (as_of_date date, is_eve boolean, is_month_end boolean)")
    con.executemany(
        "insert into segment_days values (?, ?, ? = last_day(?))",
        [(day, is_eve, day, day) for day, is_eve in days],
    )
    con.execute(f"""
        create table known as
        select i as customer_key, as_of_date, (hash(i, as_of_date) % 1000) / 1000.0 as chance
        from range({CUSTOMERS}) people (i), segment_days
        where i % 10 > 0 or as_of_date > '2026-06-30'""")
    con.execute("""
        create table ind_profile as
        select *, (customer_key % 5 = 0)::int as is_business, 0 as is_government from known""")
    con.execute("""
        create table int_touch_cost as
        select *, 5 * chance as touch_cost_yuan_365d from known where customer_key % 3 = 0""")
    con.execute("""
        create table ind_value as
        select *, 100 + customer_key % 7 + 60 * chance - 40 * (chance < .1)::int as indicator_value
        from known""")
    con.execute("""
        create table seg_lifecycle_signal as
        select *, ['acquire', 'grow', 'mature', 'decline', 'exit'][1 + (chance * 5)::int % 5]
            as stage_code, 'drawn' as rule_code
        from known""")
    for seed in ("share_bands", "lifecycle_transitions"):
        load_seed(con, seed)
    return con


def placed(name: str, days: list[tuple[date, bool]], on: date) -> list[tuple]:
    """Who is where on a day, and why."""
    with world(days) as con:
        return con.execute(
            f"select customer_key, segment_code, rule_code from ({model(name)})"
            " where as_of_date = ? order by all",
            [on],
        ).fetchall()


@pytest.mark.parametrize("name", ["seg_value_tier", "seg_lifecycle"])
@pytest.mark.parametrize("when", list(DAYS))
def test_today_is_as_without_the_eve_and_the_eve_as_it_was_seen_on_its_day(name, when):
    eve, today = DAYS[when]
    history = [(day, False) for day in MONTH_ENDS]
    both = [*history, (eve, True), (today, False)]
    now, then = placed(name, both, today), placed(name, both, eve)
    assert now == placed(name, [*history, (today, False)], today)
    assert then == placed(name, [*history, (eve, False)], eve)
    assert now != then
    assert len(now) == len(then) == CUSTOMERS
