"""A source table and its columns as the contract declares them.

What does not belong here: reading a contract (`loading`) and judging it (`check`).
"""

import hashlib
import re
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path

SENTINELS = ("0001-01-01", "1900-01-01", "1970-01-01", "9999-12-31")
"""Days that stand for "unknown" in exports, unless a column says otherwise."""
JUDGED_ONLY = {"description", "manifest", "required", "steady", "cadence"}
"""What changes no row of a file, so that changing it reads nothing again."""


@dataclass(frozen=True)
class Column:
    """One declared column of a delivered table."""

    name: str
    data_type: str
    description: str = ""
    required: bool = False
    accepted: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    pii: str = "none"
    kind: str = ""
    date_formats: tuple[str, ...] = ()
    number_styles: tuple[str, ...] = ()
    sentinels: tuple[str, ...] = SENTINELS
    may_be_future: bool = False

    @property
    def is_direct(self) -> bool:
        """Whether the column identifies a person by itself and stays in the vault."""
        return self.pii == "direct"

    @property
    def lake_name(self) -> str:
        """The column's name in the lake, where a token stands in for a direct identifier."""
        return f"{self.name}_token" if self.is_direct else self.name

    @property
    def lake_type(self) -> str:
        """The column's DuckDB type in the lake."""
        return "varchar" if self.is_direct else self.data_type


@dataclass(frozen=True)
class TableContract:
    """What one table of one source looks like when it arrives, and what becomes of it."""

    source: str
    table: str
    columns: tuple[Column, ...]
    files: str
    format: str
    key: tuple[str, ...]
    description: str = ""
    delivery: str = "delta"
    encoding: str = "utf-8"
    delimiter: str = ","
    timezone: str = "UTC"
    business_timezone: str = "Asia/Shanghai"
    redelivery: str = "refuse"
    manifest: str = "none"
    extra: str = "quarantine_column"
    future_days: int = 1
    event: str = ""
    entity: bool = False
    born: str = ""
    vault_id: str = ""
    quarantine_limit_share: float = 0.01
    required: bool = False
    """Nothing is exported while a delivery of it is missing."""
    steady: bool = False
    """Made by machines every day: a day far from usual in volume stops the run."""
    cadence: str = "daily"
    origin: Path = field(default=Path(), compare=False)

    @property
    def name(self) -> str:
        """`source/table`, as messages and folders write it."""
        return f"{self.source}/{self.table}"

    @cached_property
    def file_regex(self) -> re.Pattern[str]:
        """Full match for a delivered file's name; groups `date` and, where declared, `part`."""
        pattern = re.escape(self.files)
        for name, digits in (("date", "{8}"), ("part", "{1,6}")):
            group = f"(?P<{name}>[0-9]{digits})"
            pattern = pattern.replace(re.escape(f"{{{name}}}"), group)
        return re.compile(pattern, re.ASCII)

    @property
    def direct_columns(self) -> tuple[Column, ...]:
        """The columns whose values go to the vault."""
        return tuple(column for column in self.columns if column.is_direct)

    @property
    def lake_columns(self) -> tuple[tuple[str, str], ...]:
        """Name and DuckDB type of every column of the lake file, in order."""
        declared = tuple((column.lake_name, column.lake_type) for column in self.columns)
        return (
            *declared,
            ("_event_date", "date"),
            ("_file_id", "varchar"),
            ("_record", "bigint"),
            ("_extra", "varchar"),
        )

    @cached_property
    def digest(self) -> str:
        """Changes when a file would be loaded differently; descriptions do not count."""
        parts = [(f.name, getattr(self, f.name)) for f in fields(self) if f.compare]
        shown = [
            [_meaning(column) for column in value] if name == "columns" else (name, value)
            for name, value in parts
            if name not in JUDGED_ONLY
        ]
        return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _meaning(column: Column) -> list:
    return [getattr(column, f.name) for f in fields(Column) if f.name != "description"]
