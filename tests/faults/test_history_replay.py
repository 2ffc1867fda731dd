"""Sixty days of changes, some sent late and some corrected, against a history kept in plain Python.

Everything runs as in production: files, intake, identity, audit, dbt. The reference knows only what
the files say. What does not belong here: how a bad file is refused.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import duckdb
import pytest
from exports import ACCOUNTS, CUSTOMERS, SUBSCRIPTIONS
from history_reference import DAYS, FIRST, HALF, KEYS, PEOPLE, SHOWN, TODAY, Reference, Sender
from installation import install

from warehouse.engine import audit, dbt_runner
from warehouse.identity import resolve
from warehouse.settings import Settings

HISTORY = {
    CUSTOMERS: "dim_customer_history",
    ACCOUNTS: "dim_account_history",
    SUBSCRIPTIONS: "dim_subscription_history",
}


@dataclass
class Seen:
    """What dbt made of a table as of a day, and the reference for it."""

    rows: dict[str, list[tuple]]
    held: dict[tuple[str, date], tuple]
    reference: Reference
    record_of: dict[str, str]


@pytest.fixture(scope="module")
def replay(tmp_path_factory):
    """Half of the days in disorder, seen; then the rest with corrections of old days, seen."""
    site = install(tmp_path_factory.mktemp("replay"))
    sender, random = Sender(Random(5)), Random(6)
    days = [FIRST + timedelta(number) for number in range(DAYS)]
    for day in days:
        sender.live(day)
    seen = {}

    def send(places: list[tuple[tuple[str, str], date]]) -> None:
        for table, day in places:
            site.deliver_rows(table, list(sender.files[table, day].values()), day)
        assert set(site.intake().states) == {"loaded"}

    def look(as_of: date) -> None:
        resolve(site, as_of)
        audit.write(site, as_of)
        selected = [f"+{name}" for name in HISTORY.values()]
        assert dbt_runner.select(site, ["run", "--select", *selected])
        with duckdb.connect(str(site.warehouse_file), read_only=True) as con:
            for table in KEYS:
                reference = Reference(sender, table, as_of)
                seen[as_of, table] = Seen(
                    rows(con, table),
                    lookups(con, table, as_of),
                    reference,
                    names(site, table, reference),
                )

    first = [(table, day) for table in KEYS for day in days if day <= HALF]
    random.shuffle(first)
    send(first[: len(first) // 2])
    send(first[len(first) // 2 :])
    look(HALF)
    send([(table, day) for table in KEYS for day in days if day > HALF])
    for _ in range(2):
        wrong = random.sample([(table, day) for table in KEYS for day in days], 12)
        for table, day in wrong:
            sender.correct(table, day)
        send(wrong)
    look(TODAY)
    return sender, seen, site


def _key_column(table: tuple[str, str]) -> str:
    return "customer_key" if table == CUSTOMERS else KEYS[table]


def _columns(table: tuple[str, str]) -> str:
    return ", ".join(f"cast({column} as varchar)" for column in SHOWN[table])


def rows(con: duckdb.DuckDBPyConnection, table: tuple[str, str]) -> dict[str, list[tuple]]:
    """The versions dbt has made, by key."""
    found = defaultdict(list)
    for key, *version in con.sql(
        f"""select {_key_column(table)}, valid_from, valid_to, {_columns(table)}
            from customer.{HISTORY[table]} order by all"""
    ).fetchall():
        found[key].append(tuple(version))
    return found


def lookups(
    con: duckdb.DuckDBPyConnection, table: tuple[str, str], as_of: date
) -> dict[tuple[str, date], tuple]:
    """What an as-of join by day finds, for every record and day."""
    found = con.sql(
        f"""select {_key_column(table)}, day::date, {_columns(table)}
            from generate_series(date '{FIRST}' - 50, date '{as_of}', interval 1 day) days(day)
            inner join customer.{HISTORY[table]} on valid_from <= day and day < valid_to"""
    ).fetchall()
    assert len({row[:2] for row in found}) == len(found), "one version holds on a day"
    return {(key, day): tuple(held) for key, day, *held in found}


def names(site: Settings, table: tuple[str, str], reference: Reference) -> dict[str, str]:
    """Which record stands for each key of the history: for a customer the one registered first."""
    if table != CUSTOMERS:
        return {key: key for key in reference.told}
    with duckdb.connect() as con:
        xref = con.sql(
            f"""select source_id, customer_key
                from '{site.lake}/identity/customer_xref.parquet'
                where entity = 'customer' and valid_to = '9999-12-31'"""
        ).fetchall()
    oldest = {}
    for record, key in sorted(xref):
        if record in reference.told:
            born = min(Sender.born(table, row) for _, row in reference.told[record])
            oldest.setdefault(key, []).append((born, record))
    return {key: min(records)[1] for key, records in oldest.items()}


@pytest.mark.parametrize("as_of", [HALF, TODAY])
@pytest.mark.parametrize("table", list(KEYS), ids=lambda table: table[1])
def test_history_equals_the_reference_row_for_row_and_on_every_day(replay, table, as_of):
    seen = replay[1][as_of, table]
    expected = {seen.record_of[key]: key for key in seen.rows}
    assert sorted(expected) == sorted(seen.record_of.values())
    for record, key in expected.items():
        assert seen.rows[key] == seen.reference.versions(record), record
        for day in (FIRST + timedelta(number) for number in range(-50, (as_of - FIRST).days + 1)):
            assert seen.held.get((key, day)) == seen.reference.held(record, day), (record, day)


def test_the_replay_holds_every_kind_of_change(replay):
    sender, seen, _ = replay
    customers, accounts = (seen[TODAY, table] for table in (CUSTOMERS, ACCOUNTS))
    assert len(customers.rows) == PEOPLE < len(customers.reference.told), "nobody is there twice"
    assert max(map(len, customers.rows.values())) >= 4
    assert any(row[-1] == "closed" for versions in accounts.rows.values() for row in versions)
    sent = sum(len(rows) for (table, _), rows in sender.files.items() if table == CUSTOMERS)
    told = sum(len(told) for told in customers.reference.told.values())
    assert sent > told, "nothing was sent again unchanged"
    before = seen[HALF, ACCOUNTS].rows
    changed = [key for key, versions in before.items() if accounts.rows[key][0] != versions[0]]
    assert changed, "no correction has changed the past"


def segment_days(site: Settings, as_of: date) -> tuple[dict[date, tuple], set[date]]:
    """Version and whether it is the eve, of each day on which customers are placed; snapshots."""
    audit.write(site, as_of)
    with duckdb.connect() as con:
        days = con.sql(f"from '{site.lake}/audit/segment_days.parquet'").fetchall()
        known = con.sql(f"select as_of_date from '{site.lake}/audit/snapshots.parquet'").fetchall()
    return {day: (version, is_eve) for day, _, version, is_eve in days}, {day for (day,) in known}


def test_the_eve_is_what_yesterdays_run_built_and_no_snapshot(replay):
    site, yesterday = replay[2], TODAY - timedelta(days=1)
    before, _ = segment_days(site, yesterday)
    now, snapshots = segment_days(site, TODAY)
    assert now[yesterday] == (before[yesterday][0], True)
    assert snapshots == {date(2026, 9, 30), TODAY} == set(now) - {yesterday}
    first_of_month, _ = segment_days(site, date(2026, 10, 1))
    assert [is_eve for _, is_eve in first_of_month.values()] == [False, False]
    assert set(segment_days(site, FIRST)[0]) == {FIRST}, "nothing was delivered before"
