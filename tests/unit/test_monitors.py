"""Monitors: healthy weeks never stop a run, and each way a day goes wrong is found and named.

Days are made of aggregates drawn at random around a weekly pattern; what is planted is known.
"""

import math
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_lake import TinyLake

from expectations import monitors
from warehouse.contract import load_contracts
from warehouse.deliveries import profiles
from warehouse.deliveries.profiles import ColumnProfile, FileProfile

KEY = ("boss", "usage_days")
CONTRACTS = {KEY: load_contracts()[KEY]}
FIRST = date(2026, 9, 7)
MIX = {"voice": 0.5, "data": 0.3, "roaming": 0.15, "other": 0.05}


def healthy_day(rng: np.random.Generator, number: int) -> FileProfile:
    """A day as machines make it: a weekly pattern, noise on everything."""
    day = FIRST + timedelta(days=number)
    weekend = 0.5 if day.weekday() >= 5 else 1.0
    rows = int(3000 * weekend * rng.lognormal(0, 0.15))
    shares = rng.dirichlet([400 * share for share in MIX.values()])
    counts = dict(zip(MIX, map(int, rng.multinomial(rows, shares)), strict=True))
    columns = {
        "data_mb": ColumnProfile(rows, int(rng.binomial(rows, 0.99)), sized=rows, typical=300.0),
        "family_code": ColumnProfile(rows, rows, counts=counts),
        "account_id": ColumnProfile(rows, rows, distinct=int(rows * rng.normal(0.7, 0.02))),
        "note_code": ColumnProfile(rows, int(rows * rng.uniform(0.1, 0.9))),
    }
    typical = float(rng.lognormal(math.log(300), 0.3))
    columns["data_mb"] = replace(columns["data_mb"], typical=typical)
    return FileProfile(*KEY, day, f"f{number}", rows, columns, {day: rows})


def weeks(days: int, seed: int = 1) -> list[FileProfile]:
    rng = np.random.default_rng(seed)
    return [healthy_day(rng, number) for number in range(days)]


def look(files: list[FileProfile]) -> list:
    everything = {file.file_id for file in files}
    return monitors.look(CONTRACTS, files, files[-1].business_date, everything)


@pytest.mark.parametrize("seed", range(12))
def test_sixty_healthy_days_stop_nothing(seed):
    found = look(weeks(60, seed))
    assert [finding for finding in found if finding.is_stop] == []
    assert len(found) <= 2


def times(file: FileProfile, factor: float) -> FileProfile:
    rows = int(file.rows * factor)
    return replace(file, rows=rows, days={file.business_date: rows})


def column(file: FileProfile, name: str, **changes) -> FileProfile:
    return replace(file, columns=file.columns | {name: replace(file.columns[name], **changes)})


BAD_DAYS = {
    "a tenth of the rows": (lambda f: times(f, 0.08), "RP-1211", ""),
    "five times the rows": (lambda f: times(f, 5), "RP-1211", ""),
    "a blank column": (lambda f: column(f, "data_mb", filled=0), "RP-1212", "data_mb"),
    "the same account throughout": (
        lambda f: column(f, "account_id", distinct=3),
        "RP-1213",
        "account_id",
    ),
    "another mix of codes": (
        lambda f: column(f, "family_code", counts={"other": f.rows}),
        "RP-1214",
        "family_code",
    ),
    "a hundred times the amount": (
        lambda f: column(f, "data_mb", typical=f.columns["data_mb"].typical * 100),
        "RP-1215",
        "data_mb",
    ),
    "a hundredth of the amount": (
        lambda f: column(f, "data_mb", typical=f.columns["data_mb"].typical / 100),
        "RP-1215",
        "data_mb",
    ),
}


@pytest.mark.parametrize("name", BAD_DAYS)
@pytest.mark.parametrize("days", [8, 40])
def test_a_bad_day_after_healthy_ones_stops_and_is_named(name, days):
    spoil, code, column_name = BAD_DAYS[name]
    *healthy, last = weeks(days + 1)
    bad = spoil(last)
    (found,) = [finding for finding in look([*healthy, bad]) if finding.is_stop]
    assert (found.code, found.column, found.business_date) == (
        code,
        column_name,
        last.business_date,
    )
    message = str(found.as_error())
    assert message.startswith(f"{code} ") and "source=boss table=usage_days" in message
    assert f"date={last.business_date}" in message and found.finding_id in message


@pytest.mark.parametrize(("days", "stops"), [(8, False), (40, True)])
def test_a_mix_that_may_follow_the_calendar_stops_only_once_a_month_is_known(days, stops):
    *healthy, last = weeks(days + 1)
    shares = {"voice": 0.3, "data": 0.3, "roaming": 0.35, "other": 0.05}
    # .2 * ln(.5 / .3) + .2 * ln(.35 / .15) = .27
    counts = {name: round(share * last.rows) for name, share in shares.items()}
    (found,) = look([*healthy, column(last, "family_code", counts=counts)])
    assert (found.code, found.column, found.is_stop) == ("RP-1214", "family_code", stops)
    assert found.observed == pytest.approx(0.27, abs=0.02)


def test_a_bad_day_stays_found_until_a_published_month_has_passed():
    files = weeks(60)
    files[20] = times(files[20], 0.05)
    day = files[20].business_date
    for fresh, as_of, is_found in (
        (set(), day + timedelta(days=30), True),
        (set(), day + timedelta(days=40), False),
        ({"f20"}, day + timedelta(days=40), True),
    ):
        seen = monitors.look(CONTRACTS, files, as_of, fresh)
        assert any(f.is_stop and f.business_date == day for f in seen) is is_found


def test_a_table_that_is_not_steady_is_only_warned_about():
    *healthy, last = weeks(30)
    bursty = {KEY: replace(CONTRACTS[KEY], steady=False)}
    as_of = last.business_date
    (found,) = monitors.look(bursty, [*healthy, times(last, 0.01)], as_of)
    assert (found.code, found.is_stop) == ("RP-1211", False)


def test_a_month_in_one_file_is_no_example_for_a_day():
    rng = np.random.default_rng(3)
    months = [times(healthy_day(rng, number), 30) for number in range(12)]
    odd = column(healthy_day(rng, 12), "family_code", counts={"other": 3000})
    assert [f for f in look([*months, odd]) if f.code == "RP-1214"] == []


mixes = st.dictionaries(st.sampled_from("abcde"), st.integers(1, 10_000), min_size=1)


@given(mixes, mixes)
def test_the_stability_index_is_never_negative_and_the_same_both_ways(now, before):
    index = monitors.stability_index(now, before)
    assert index >= 0
    assert index == pytest.approx(monitors.stability_index(before, now))
    assert monitors.stability_index(now, now) == 0


def test_the_stability_index_is_the_published_one_where_counts_are_large():
    now, before = {"a": 400_000, "b": 600_000}, {"a": 500_000, "b": 500_000}
    by_hand = (0.4 - 0.5) * math.log(0.4 / 0.5) + (0.6 - 0.5) * math.log(0.6 / 0.5)
    assert monitors.stability_index(now, before) == pytest.approx(by_hand, rel=1e-3)


def test_a_profile_says_what_a_slow_count_says_and_is_made_once(tmp_path, monkeypatch):
    lake = TinyLake(tmp_path)
    day = date(2026, 11, 1)
    rows = [
        {
            "bill_line_id": f"L{n}",
            "account_id": f"A{n % 3}",
            "item_code": "usage" if n % 4 else "refund",
            "amount_yuan": -n if n % 2 else n,
            "due_date": day if n < 6 else None,
            "billed_date": day,
            "_event_date": day - timedelta(days=n % 2),
        }
        for n in range(11)
    ]
    lake.deliver("boss/bills", day, "f1", rows)
    contracts = {("boss", "bills"): lake.contracts["boss", "bills"]}
    (found,) = profiles.update(lake.settings, contracts)
    assert (found.rows, found.file_id, found.business_date) == (11, "f1", day)
    assert found.days == {day: 6, day - timedelta(days=1): 5}
    assert found.columns["item_code"].counts == {"refund": 3, "usage": 8}
    assert found.columns["due_date"].filled == 6
    assert found.columns["account_id"].distinct == 3
    assert (found.columns["amount_yuan"].sized, found.columns["amount_yuan"].typical) == (10, 5.5)
    assert "bill_line_id" not in found.columns
    measured = profiles._measure
    monkeypatch.setattr(profiles, "_measure", lambda *a: 1 / 0)
    assert profiles.update(lake.settings, contracts) == [found]
    monkeypatch.setattr(profiles, "_measure", measured)
    lake.deliver("boss/bills", day, "f1", rows[:5])
    assert [file.rows for file in profiles.update(lake.settings, contracts)] == [5]


def test_a_large_file_is_judged_by_a_share_of_its_records(tmp_path, monkeypatch):
    lake = TinyLake(tmp_path)
    day = date(2026, 11, 1)
    lake.deliver("boss/bills", day, "f1", [{"bill_line_id": "L", "_event_date": day}])
    path = next((tmp_path / "lake/raw/boss/bills").glob("*2026*/*.parquet"))
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select * replace (n as _record, case when n % 4 = 0 then 'a' end as item_code)
            from read_parquet('{path}', hive_partitioning = false), range(64000) t(n))
            to '{tmp_path}/large' (format parquet)"""
        )
    (tmp_path / "large").replace(path)
    monkeypatch.setattr(profiles, "SAMPLE_ROWS", 8_000)
    (found,) = profiles.update(lake.settings, {("boss", "bills"): lake.contracts["boss", "bills"]})
    column = found.columns["item_code"]
    assert found.rows == 64_000 and found.days == {day: 64_000}
    assert column.records == pytest.approx(8_000, rel=0.1)
    assert column.filled / column.records == pytest.approx(0.25, abs=0.02)
