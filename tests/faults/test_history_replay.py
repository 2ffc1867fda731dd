"""Sixty days of changes, some sent late and some corrected, against a history kept in plain Python.

Everything runs as in production: files, intake, identity, audit, dbt. The reference knows only what
the files say. What does not belong here: how a bad file is refused.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import duckdb
import pytest
from exports import deliver_rows, intake, make_settings

from warehouse.engine import audit, dbt_runner
from warehouse.identity import resolve
from warehouse.settings import Settings

FIRST, DAYS = date(2026, 9, 1), 60
TODAY = FIRST + timedelta(DAYS - 1)
HALF = FIRST + timedelta(DAYS // 2)
FOREVER = date(9999, 12, 31)
CUSTOMERS, ACCOUNTS, SUBSCRIPTIONS = (
    ("crm", "customers"),
    ("boss", "accounts"),
    ("boss", "subscriptions"),
)
KEYS = {CUSTOMERS: "customer_id", ACCOUNTS: "account_id", SUBSCRIPTIONS: "subscription_id"}
SHOWN = {
    CUSTOMERS: ("occupation_code", "dependents_count", "region_code", "status_code"),
    ACCOUNTS: ("payment_method_code", "closed_date", "status_code"),
    SUBSCRIPTIONS: ("monthly_fee_yuan", "ended_date", "status_code"),
}
OPEN = {
    CUSTOMERS: {"status_code": "active"},
    ACCOUNTS: {"status_code": "open", "closed_date": ""},
    SUBSCRIPTIONS: {"status_code": "active", "ended_date": ""},
}
"""What a record says while it lasts: a file that foretells its end would be refused."""
HISTORY = {
    CUSTOMERS: "dim_customer_history",
    ACCOUNTS: "dim_account_history",
    SUBSCRIPTIONS: "dim_subscription_history",
}
PEOPLE = 25
TWICE = range(0, PEOPLE, 6)
"""People with two CRM records that share an identity number."""

Row = dict[str, str]


@dataclass
class Sender:
    """What the source systems believe, and the files that say so."""

    random: Random
    rows: dict[tuple[str, str], dict[str, Row]] = field(default_factory=lambda: defaultdict(dict))
    files: dict[tuple[tuple[str, str], date], dict[str, Row]] = field(default_factory=dict)
    """By table and business date, the rows of the file that stands now, by key."""

    def live(self, day: date) -> None:
        """Create, change, repeat and close, and write the day's files."""
        for table in KEYS:
            known = self.rows[table]
            sent = self._created(table, day)
            for key in self.random.sample(sorted(known), min(len(known), 3)):
                if key not in sent and known[key]["status_code"] not in ("closed", "ended"):
                    sent[key] = self._touched(table, known[key], day)
            known |= sent
            self.files[table, day] = sent

    def correct(self, table: tuple[str, str], day: date) -> None:
        """Write a file once more: rows left out, changed and added."""
        rows = dict(self.files[table, day])
        for key in sorted(rows):
            fate = self.random.choice(("left out", "changed", "kept"))
            if fate == "left out":
                del rows[key]
            elif fate == "changed":
                rows[key] = self._changed(table, rows[key])
        for key in self.random.sample(sorted(self.rows[table]), 2):
            if self.born(table, self.rows[table][key]) <= day:
                rows[key] = self._changed(table, self.rows[table][key] | OPEN[table])
        self.files[table, day] = rows

    @staticmethod
    def born(table: tuple[str, str], row: Row) -> date:
        """The local day a record says it was opened."""
        text = row.get("registered_at") or row.get("opened_date") or row.get("started_date")
        return date.fromisoformat(text[:10].replace("/", "-"))

    def _created(self, table: tuple[str, str], day: date) -> dict[str, Row]:
        number = len(self.rows[table])
        if number >= PEOPLE + (len(TWICE) if table == CUSTOMERS else 0):
            return {}
        born = day - timedelta(self.random.choice((0, 0, 1, 40)))
        if table == CUSTOMERS:
            person = number if number < PEOPLE else TWICE[number - PEOPLE]
            row = {"customer_id": f"C{number:03}", "party_type_code": "C",
                   "id_number": f"11010519900101{person:03}X", "sex_code": "U",
                   "registered_at": f"{born:%Y/%m/%d} {self.random.choice(('00', '23'))}:30:00",
                   "occupation_code": "clerk", "dependents_count": "0", "region_code": "110105",
                   "status_code": "active"}  # fmt: skip
        elif table == ACCOUNTS:
            row = {"account_id": f"A{number:03}", "crm_customer_id": f"C{number:03}",
                   "account_type_code": "postpaid", "payment_method_code": "cash",
                   "opened_date": born.isoformat(), "closed_date": "",
                   "status_code": "open"}  # fmt: skip
        else:
            row = {"subscription_id": f"S{number:03}", "account_id": f"A{number:03}",
                   "product_id": "P1", "monthly_fee_yuan": "30.00",
                   "started_date": born.isoformat(), "ended_date": "",
                   "status_code": "active"}  # fmt: skip
        return {row[KEYS[table]]: row}

    def _touched(self, table: tuple[str, str], row: Row, day: date) -> Row:
        fate = self.random.choice(("same", "same", "changed", "changed", "changed", "closed"))
        if fate == "same":
            return dict(row)
        if fate == "changed" or self.random.random() < 0.5:
            return self._changed(table, row)
        if table == CUSTOMERS:
            return row | {"status_code": "closed"}
        ended = {ACCOUNTS: ("closed_date", "closed"), SUBSCRIPTIONS: ("ended_date", "ended")}[table]
        return row | {ended[0]: day.isoformat(), "status_code": ended[1]}

    def _changed(self, table: tuple[str, str], row: Row) -> Row:
        column, values = {
            CUSTOMERS: ("dependents_count", "0123"),
            ACCOUNTS: ("payment_method_code", ("cash", "auto_bank", "auto_card")),
            SUBSCRIPTIONS: ("monthly_fee_yuan", ("30.00", "35.50", "0.00")),
        }[table]
        return row | {column: self.random.choice(values)}


class Reference:
    """The history the files tell, seen from a day: versions, and what held on any day."""

    def __init__(self, sender: Sender, table: tuple[str, str], as_of: date) -> None:
        """Collect every record's deliveries, oldest first."""
        self.table = table
        self.told: dict[str, list[tuple[date, Row]]] = defaultdict(list)
        for (of, day), rows in sorted(sender.files.items()):
            if of == table and day <= as_of:
                for key, row in rows.items():
                    self.told[key].append((day, row))
        if table == CUSTOMERS:
            self.told = {
                key: [
                    (day, row)
                    for at, (day, row) in enumerate(told)
                    if at == 0 or row != told[at - 1][1]
                ]
                for key, told in self.told.items()
            }

    def versions(self, key: str) -> list[tuple]:
        """From, to and attributes of each version."""
        told = self.told[key]
        starts = [min(told[0][0], Sender.born(self.table, told[0][1])), *(d for d, _ in told[1:])]
        ends = [*starts[1:], FOREVER]
        return [
            (start, end, *self.shown(row))
            for start, end, (_, row) in zip(starts, ends, told, strict=True)
        ]

    def held(self, key: str, day: date) -> tuple | None:
        """What was known to hold on a day: the last thing told, or the first from birth on."""
        said = [row for told_on, row in self.told[key] if told_on <= day]
        if said:
            return self.shown(said[-1])
        first = self.told[key][0][1]
        return self.shown(first) if Sender.born(self.table, first) <= day else None

    def shown(self, row: Row) -> tuple:
        """The compared attributes as text, None for nothing."""
        return tuple(row[column] or None for column in SHOWN[self.table])


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
    settings = make_settings(tmp_path_factory.mktemp("replay"))
    sender, random = Sender(Random(5)), Random(6)
    days = [FIRST + timedelta(number) for number in range(DAYS)]
    for day in days:
        sender.live(day)
    seen = {}

    def send(places: list[tuple[tuple[str, str], date]]) -> None:
        for table, day in places:
            deliver_rows(settings, table, list(sender.files[table, day].values()), day)
        assert set(intake(settings).states) == {"loaded"}

    def look(as_of: date) -> None:
        resolve(settings, as_of)
        audit.write(settings, as_of)
        selected = [f"+{name}" for name in HISTORY.values()]
        assert dbt_runner.command(settings, ["run", "--select", *selected])
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
            for table in KEYS:
                reference = Reference(sender, table, as_of)
                seen[as_of, table] = Seen(
                    rows(con, table),
                    lookups(con, table, as_of),
                    reference,
                    names(settings, table, reference),
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
    return sender, seen


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


def names(settings: Settings, table: tuple[str, str], reference: Reference) -> dict[str, str]:
    """Which record stands for each key of the history: for a customer the one registered first."""
    if table != CUSTOMERS:
        return {key: key for key in reference.told}
    with duckdb.connect() as con:
        xref = con.sql(
            f"""select source_id, customer_key
                from '{settings.lake}/identity/customer_xref.parquet'
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
    sender, seen = replay
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
