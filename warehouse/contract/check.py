"""What a contract may say: every rule that makes a source file refuse to load, with its place.

Names reach SQL and paths, so they must be plain; everything else must be a word the intake knows.
What does not belong here: reading the files.
"""

from __future__ import annotations

import codecs
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from warehouse.errors import RapportError

if TYPE_CHECKING:
    from warehouse.contract.tables import Column, TableContract

PLAIN_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}", re.ASCII)
PLAIN = r"[A-Za-z0-9_.-]*"
PLAIN_FILE = re.compile(
    rf"{PLAIN}\{{date\}}{PLAIN}([A-Za-z_.-]\{{part\}}([A-Za-z_.-]{PLAIN})?)?", re.ASCII
)
"""A part never touches other digits, so that date and part cannot be read in two ways."""
TYPES = re.compile(
    r"varchar|boolean|date|timestamp|double|integer|bigint|decimal\(([1-9]|1[0-5]),[0-9]\)"
)
WORDS = {
    "cadence": ("daily", "irregular"),
    "delivery": ("full", "delta"),
    "extra": ("quarantine_column", "ignore", "evolve"),
    "format": ("csv", "jsonl", "parquet"),
    "manifest": ("none", "optional", "required"),
    "redelivery": ("replace", "refuse"),
}
PII = ("none", "quasi", "sensitive", "direct")
KINDS = ("name", "id_number", "phone", "email", "address")
NUMBER_STYLES = ("grouped", "wan")
TEMPORAL = ("date", "timestamp")
RESERVED = ("business_date",)


def invalid(path: Path, place: str, problem: str) -> RapportError:
    """Return the error for a rule broken at `place` of the source file `path`."""
    return RapportError("RP-3006", file=path.name, field=place, problem=f'"{problem}"')


def check_table(contract: TableContract, path: Path, place: str) -> None:
    """Raise RP-3006 for the first rule the table breaks."""
    for name in (contract.source, contract.table):
        if not PLAIN_NAME.fullmatch(name):
            raise invalid(path, place, "name must be lower-case letters, digits and _")
    if not PLAIN_FILE.fullmatch(contract.files):
        raise invalid(
            path,
            f"{place}.files",
            "must be a plain file name with one {date}, then at most one {part}",
        )
    for name, words in WORDS.items():
        if getattr(contract, name) not in words:
            raise invalid(path, f"{place}.{name}", f"must be one of {', '.join(words)}")
    names = [column.name for column in contract.columns]
    if not names or len(set(names)) < len(names):
        raise invalid(path, f"{place}.columns", "must be present and unique")
    headers = [h for column in contract.columns for h in {column.name, *column.aliases}]
    if len(set(headers)) < len(headers):
        raise invalid(path, f"{place}.aliases", "an alias stands for two columns")
    _check_columns_named(contract, names, path, place)
    for field in ("timezone", "business_timezone"):
        try:
            ZoneInfo(getattr(contract, field))
        except (ZoneInfoNotFoundError, ValueError, TypeError):
            raise invalid(path, f"{place}.{field}", "unknown time zone") from None
    try:
        codecs.lookup(contract.encoding)
    except (LookupError, TypeError):
        raise invalid(path, f"{place}.encoding", "unknown encoding") from None
    if len(contract.delimiter) != 1 or contract.delimiter in "\"\r\n'":
        raise invalid(path, f"{place}.delimiter", "must be one character")
    for field in ("required", "steady"):
        if not isinstance(getattr(contract, field), bool):
            raise invalid(path, f"{place}.{field}", "must be true or false")
    if not isinstance(contract.future_days, int) or contract.future_days < 0:
        raise invalid(path, f"{place}.future_days", "must be a number of days")
    if not 0 <= contract.quarantine_limit_share <= 1:
        raise invalid(path, f"{place}.quarantine_limit_share", "must lie between 0 and 1")


def _check_columns_named(contract: TableContract, names: list[str], path: Path, place: str) -> None:
    types = {column.name: column.data_type for column in contract.columns}
    direct = {column.name for column in contract.direct_columns}
    if not contract.key or not set(contract.key) <= set(names) - direct:
        raise invalid(path, f"{place}.key", "must name columns that are not direct identifiers")
    if bool(contract.event) == contract.entity:
        raise invalid(path, f"{place}.event", "needs either an event column or entity: true")
    if contract.event and types.get(contract.event) not in TEMPORAL:
        raise invalid(path, f"{place}.event", "must name a date or timestamp column")
    if contract.entity and types.get(contract.born) not in TEMPORAL:
        raise invalid(path, f"{place}.born", "must name a date or timestamp column of an entity")
    if direct and contract.vault_id not in set(names) - direct:
        raise invalid(path, f"{place}.vault_id", "must name the column the vault is keyed by")


def check_column(column: Column, path: Path, place: str) -> None:
    """Raise RP-3006 for the first rule the column breaks."""
    here = f"{place}.{column.name}"
    if not PLAIN_NAME.fullmatch(column.name) or column.name in RESERVED:
        raise invalid(path, here, "name must be lower-case letters, digits and _")
    if not TYPES.fullmatch(column.data_type):
        raise invalid(path, f"{here}.data_type", "unknown type")
    if column.pii not in PII:
        raise invalid(path, f"{here}.pii", f"must be one of {', '.join(PII)}")
    if column.is_direct and (column.kind not in KINDS or column.data_type != "varchar"):
        raise invalid(path, f"{here}.kind", f"must be varchar and one of {', '.join(KINDS)}")
    if column.date_formats and column.data_type not in TEMPORAL:
        raise invalid(path, f"{here}.date_format", "only for a date or timestamp")
    if column.may_be_future and column.data_type not in TEMPORAL:
        raise invalid(path, f"{here}.may_be_future", "only for a date or timestamp")
    if column.number_styles and column.data_type in ("varchar", "boolean", *TEMPORAL):
        raise invalid(path, f"{here}.number_styles", "only for a number")
    if not set(column.number_styles) <= set(NUMBER_STYLES):
        raise invalid(path, f"{here}.number_styles", f"known: {', '.join(NUMBER_STYLES)}")
    if not all(_is_day(text) for text in column.sentinels):
        raise invalid(path, f"{here}.sentinels", "must be days, YYYY-MM-DD")
    if column.accepted and column.data_type != "varchar":
        raise invalid(path, f"{here}.accepted", "only for varchar")


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
