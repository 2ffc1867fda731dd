"""SQL that reads decoded text: the reader with its columns, the typed rows, the broken rules.

The file's columns are called c0, c1, ... in the file's order, so no name from outside becomes an
identifier. What does not belong here: running SQL.
"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from warehouse.contract import TableContract
from warehouse.intake.clean import MAX_RECORD_BYTES
from warehouse.intake.columns import Expression, expression
from warehouse.intake.header import Header
from warehouse.intake.spelling import read_type
from warehouse.intake.times import event_date
from warehouse.literals import quoted


@dataclass(frozen=True)
class Reading:
    """How the records of one file are read and judged."""

    contract: TableContract
    found: Header
    latest: date
    """The last day on which something in the file can have happened."""

    @property
    def extras(self) -> dict[str, str]:
        """Undeclared columns that are kept: column of the rows -> name in the file."""
        if self.contract.extra == "ignore":
            return {}
        return {f"_extra_{at}": self.found.extra_name(at) for at in self.found.unknown}

    def csv(self, path: Path, typed: bool, header: bool = True) -> str:
        """Read a CSV file with the contract's types, or everything as text."""
        types = ["varchar"] * len(self.found.names)
        if typed:
            for column in self.contract.columns:
                if column.name in self.found.position:
                    types[self.found.position[column.name]] = read_type(column)
        columns = ", ".join(f"'c{i}': {quoted(kind)}" for i, kind in enumerate(types))
        return (
            f"read_csv({quoted(str(path))}, auto_detect = false, header = {str(header).lower()},"
            f" columns = {{{columns}}}, delim = {quoted(self.contract.delimiter)}, quote = '\"',"
            f" escape = '\"', strict_mode = true, max_line_size = {MAX_RECORD_BYTES})"
        )

    def json(self, path: Path) -> str:
        """Read JSON lines, every key as text."""
        if not self.found.names:
            return "(select null where false) as t(c0)"
        columns = ", ".join(f"{quoted(name)}: 'varchar'" for name in self.found.names)
        renamed = ", ".join(f"c{i}" for i in range(len(self.found.names)))
        return (
            f"(select * from read_json({quoted(str(path))}, format = 'newline_delimited',"
            f" columns = {{{columns}}}, maximum_object_size = {MAX_RECORD_BYTES})) as t({renamed})"
        )

    def rows(self, reader: str, typed: bool, *more: str) -> str:
        """Select every record's values and judge them.

        Beside the declared columns: undeclared ones, `_event_date`, `_sentinels` (a bit per column
        of `sentinel_columns`), `_bad` (whether any rule is broken) and `more`, from the values.
        """
        columns = self._expressions(typed)
        values = ", ".join(f"{column.value} as {column.name}" for column in columns)
        extras = "".join(f", c{name.removeprefix('_extra_')} as {name}" for name in self.extras)
        bits = [
            f"(case when {column.step_names[-1]} then {1 << at} else 0 end)"
            for at, column in enumerate(c for c in columns if c.has_sentinel)
        ]
        bad = " or ".join(rule for column in columns for _, rule in column.rules) or "false"
        added = "".join(f", {each}" for each in more)
        return (
            f"select *, {event_date(self.contract)} as _event_date{added}"
            f" from (select {values}{extras}, {' + '.join(bits) or '0'} as _sentinels,"
            f" {bad} as _bad from {_stepped(columns, reader)})"
        )

    @property
    def sentinel_columns(self) -> list[str]:
        """The columns that may hold a stand-in, in the order of their bits."""
        return [column.name for column in self._expressions(True) if column.has_sentinel]

    def broken_rules(self, reader: str, bad: str) -> str:
        """Record number, reason code and column of every rule broken, from a reader of text.

        Only the records whose numbers the query `bad` gives are looked at: they are few.
        """
        columns = self._expressions(False)
        numbered = f"(select row_number() over () as _record, * from {reader})"
        chosen = f"(select * from {numbered} where _record in ({bad}))"
        rules = ", ".join(
            f"case when {rule} then {{'code': {quoted(code)}, 'name': {quoted(column.name)}}} end"
            for column in columns
            for code, rule in column.rules
        )
        return (
            f"select _record, reason.code, reason.name from (select _record, unnest(reasons) as"
            f" reason from (select _record, [{rules}] as reasons from {_stepped(columns, chosen)}))"
            " where reason is not null order by all"
        )

    def _expressions(self, typed: bool) -> list[Expression]:
        position = self.found.position
        return [
            expression(
                column,
                self.contract,
                f"c{position[column.name]}" if column.name in position else None,
                typed,
                self.latest,
            )
            for column in self.contract.columns
        ]


def _stepped(columns: list[Expression], reader: str) -> str:
    """The reader's records with the steps of every column, each step after the one before."""
    for step in range(3):
        made = "".join(f", {c.steps[step]} as {c.step_names[step]}" for c in columns)
        reader = f"(select *{made} from {reader})"
    return reader


def json_keys(path: Path) -> str:
    """Every combination of keys in a JSON lines file, with its longest record.

    The reader's own limit holds for what its buffer cannot hold, not for what it should not.
    """
    return (
        "select json_keys(json), max(strlen(json::varchar)) from read_ndjson_objects("
        f"{quoted(str(path))}, maximum_object_size = {MAX_RECORD_BYTES}) group by 1"
    )
