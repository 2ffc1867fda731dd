"""SQL that reads a decoded file: the reader with its columns, the typed rows, the broken rules.

The file's columns are called c0, c1, ... in the file's order, so no name from outside becomes an
identifier. What does not belong here: running SQL.
"""

from pathlib import Path

from warehouse.clean import MAX_RECORD_BYTES
from warehouse.columns import Expression, event_date, expression, quoted, read_type
from warehouse.contract import TableContract
from warehouse.header import Header


def csv_reader(contract: TableContract, path: Path, found: Header, typed: bool) -> str:
    """Read a CSV file with the contract's types, or everything as text."""
    types = ["varchar"] * len(found.names)
    if typed:
        for column in contract.columns:
            if column.name in found.position:
                types[found.position[column.name]] = read_type(column)
    columns = ", ".join(f"'c{i}': {quoted(kind)}" for i, kind in enumerate(types))
    return (
        f"read_csv({quoted(str(path))}, auto_detect = false, header = true,"
        f" columns = {{{columns}}}, delim = {quoted(contract.delimiter)}, quote = '\"',"
        f" escape = '\"', strict_mode = true, store_rejects = {'true' if typed else 'false'},"
        f" max_line_size = {MAX_RECORD_BYTES})"
    )


def json_reader(path: Path, names: list[str]) -> str:
    """Read JSON lines, every key as text."""
    if not names:
        return "(select null where false) as t(c0)"
    columns = ", ".join(f"{quoted(name)}: 'varchar'" for name in names)
    renamed = ", ".join(f"c{i}" for i in range(len(names)))
    return (
        f"(select * from read_json({quoted(str(path))}, format = 'newline_delimited',"
        f" columns = {{{columns}}}, maximum_object_size = {MAX_RECORD_BYTES})) as t({renamed})"
    )


def json_keys(path: Path) -> str:
    """Every combination of keys that occurs in a JSON lines file."""
    return (
        f"select distinct json_keys(json) from read_ndjson_objects({quoted(str(path))},"
        f" maximum_object_size = {MAX_RECORD_BYTES})"
    )


def make_rows(contract: TableContract, reader: str, found: Header, typed: bool) -> str:
    """Make the table `rows`: number, values, undeclared columns, and whether any rule is broken."""
    columns = _expressions(contract, found, typed)
    values = "".join(f", {column.value} as {column.name}" for column in columns)
    extras = "".join(f", c{index} as _extra_{index}" for index in found.unknown)
    bad = " or ".join(rule for column in columns for _, rule in column.rules) or "false"
    return (
        f"create temp table rows as select *, {event_date(contract)} as _event_date"
        f" from (select row_number() over () as _record{values}{extras}, {bad} as _bad"
        f" from {reader})"
    )


def broken_rules(contract: TableContract, reader: str, found: Header) -> str:
    """Record number, reason code and column of every rule broken, from a reader of text."""
    rules = ", ".join(
        f"case when {rule} then {{'code': {quoted(code)}, 'name': {quoted(column.name)}}} end"
        for column in _expressions(contract, found, False)
        for code, rule in column.rules
    )
    return (
        f"select _record, reason.code, reason.name from (select _record, unnest(reasons) as reason"
        f" from (select row_number() over () as _record, [{rules}] as reasons from {reader}))"
        f" where reason is not null order by all"
    )


def _expressions(contract: TableContract, found: Header, typed: bool) -> list[Expression]:
    return [
        expression(
            column,
            contract,
            f"c{found.position[column.name]}" if column.name in found.position else None,
            typed,
        )
        for column in contract.columns
    ]
