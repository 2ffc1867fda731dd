"""What is published: the marts with an enforced contract, read from dbt's property files.

The contract says once which columns a mart has, what they mean and which of them are its key; the
gate, the published files and the report follow it. What does not belong here: SQL, data.
"""

from dataclasses import dataclass
from pathlib import Path

import yaml

from warehouse.settings import CHECKOUT

MODELS = CHECKOUT / "dbt" / "models"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The safe loader, in C where it is built: ten times as fast."""


@dataclass(frozen=True)
class Mart:
    """One published table: its columns with their descriptions, and its grain."""

    name: str
    description: str
    columns: dict[str, str]
    key: tuple[str, ...]

    @property
    def schema(self) -> str:
        """Where it lies in the warehouse; published, all lie side by side."""
        return "dq" if self.name.startswith("dq_") else "marts"


PUBLISHED_SCHEMAS = ("marts", "dq")


def load_marts(folder: Path = MODELS) -> dict[str, Mart]:
    """Every model under an enforced contract, by name."""
    found = {}
    for path in sorted(folder.rglob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), LOADER) or {}
        for node in content.get("models") or []:
            config = node.get("config") or {}
            if (config.get("contract") or {}).get("enforced"):
                found[node["name"]] = Mart(
                    name=node["name"],
                    description=_text(node),
                    columns={column["name"]: _text(column) for column in node["columns"]},
                    key=_key(node),
                )
    return dict(sorted(found.items()))


def _key(node: dict) -> tuple[str, ...]:
    """Columns of the grain test: several together, or the one that is unique by itself."""
    for test in node.get("data_tests") or []:
        if isinstance(test, dict) and "unique_combination" in test:
            return tuple(test["unique_combination"]["arguments"]["columns"])
    for column in node["columns"]:
        if "unique" in (column.get("data_tests") or []):
            return (column["name"],)
    return ()


def _text(node: dict) -> str:
    return " ".join(str(node.get("description", "")).split())
