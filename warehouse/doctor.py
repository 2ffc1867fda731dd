"""Looks at an installation without changing it: key, ledger, disk, warehouse, publication.

What does not belong here: repairing.
"""

import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.settings import Settings

ENOUGH_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Every check in turn; one that cannot be made is a bad finding, not an error."""
    checks: dict[str, Callable[[Settings], tuple[bool, str]]] = {
        "disk": _disk,
        "key": _key,
        "ledger": _ledger,
        "warehouse": _warehouse,
        "published": _published,
    }
    findings = []
    for what, check in checks.items():
        try:
            findings.append(Finding(what, *check(settings)))
        except RapportError as error:
            findings.append(Finding(what, False, str(error)))
        except (OSError, duckdb.Error) as error:
            findings.append(Finding(what, False, type(error).__name__))
    return findings


def _disk(settings: Settings) -> tuple[bool, str]:
    settings.home.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.home).free
    return free >= ENOUGH_BYTES, f"{free / 1024**3:.0f} GB free under {settings.home}"


def _key(settings: Settings) -> tuple[bool, str]:
    if not settings.key_path.exists():
        has_files = settings.ledger_file.exists() and Ledger(settings.ledger_file).has_files()
        return (
            not has_files,
            "missing, and the ledger has data" if has_files else "made on first run",
        )
    mode = stat.S_IMODE(settings.key_path.stat().st_mode)
    return mode & 0o077 == 0, f"{settings.key_path} mode {mode:o}"


def _ledger(settings: Settings) -> tuple[bool, str]:
    if not settings.ledger_file.exists():
        return True, "made on first run"
    ledger = Ledger(settings.ledger_file)
    whole = ledger.verify_chain()
    return whole, f"{len(ledger.files())} files, chain {'whole' if whole else 'broken'}"


def _warehouse(settings: Settings) -> tuple[bool, str]:
    if not settings.warehouse_file.exists():
        return True, "made on first run"
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        tables = con.sql("select count(*) from duckdb_tables() where not internal").fetchall()[0][0]
    return True, f"{tables} tables"


def _published(settings: Settings) -> tuple[bool, str]:
    current = settings.published / "current"
    if not current.is_symlink():
        return True, "nothing yet"
    whole = all((current / name).exists() for name in ("manifest.json", "marts.duckdb"))
    return whole, current.resolve().name if whole else "the pointer leads nowhere"
