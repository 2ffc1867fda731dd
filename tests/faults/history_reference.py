"""Sixty days of what source systems believe, and the history their files tell, in plain Python.

The reference knows only what the files say. What does not belong here: anything of the product, and
assertions.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from exports import ACCOUNTS, CUSTOMERS, SUBSCRIPTIONS

FIRST, DAYS = date(2026, 9, 1), 60
TODAY = FIRST + timedelta(DAYS - 1)
HALF = FIRST + timedelta(DAYS // 2)
FOREVER = date(9999, 12, 31)
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
