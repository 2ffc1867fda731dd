"""Column order, headers and formats of every export, read from the dbt source files.

The simulator spells no header and no file name itself: the contract is the single truth. What does
not belong here: writing.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

CONTRACTS = Path(__file__).resolve().parents[1] / "dbt" / "models" / "staging"


@dataclass(frozen=True)
class Column:
    """One column of an export."""

    name: str
    header: str
    data_type: str
    date_format: str | None


@dataclass(frozen=True)
class Layout:
    """One export table as its contract describes it."""

    source: str
    table: str
    files: str
    encoding: str
    format: str
    has_manifest: bool
    is_entity: bool
    is_full: bool
    event: str | None
    columns: tuple[Column, ...]

    def file_name(self, stamp: str) -> str:
        """The name of the file of one business date (YYYYMMDD)."""
        return self.files.replace("{date}", stamp)


def _column(raw: dict) -> Column:
    meta = raw["config"]["meta"]
    header = (meta.get("aliases") or [raw["name"]])[0]
    return Column(raw["name"], header, raw["data_type"], meta.get("date_format"))


def layouts(folder: Path = CONTRACTS) -> dict[tuple[str, str], Layout]:
    """Layouts by (source, table)."""
    found = {}
    for path in sorted(folder.glob("*/_*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            shared = source.get("config", {}).get("meta", {})
            for table in source["tables"] if "format" in shared else []:
                meta = shared | table["config"]["meta"]
                found[source["name"], table["name"]] = Layout(
                    source["name"],
                    table["name"],
                    meta["files"],
                    meta["encoding"],
                    meta["format"],
                    meta.get("manifest") == "required",
                    bool(meta.get("entity")),
                    meta["delivery"] == "full",
                    meta.get("event"),
                    tuple(map(_column, table["columns"])),
                )
    return found
