"""Looks at an installation without changing it: versions, lock, disk, contracts, files, gates.

What does not belong here: repairing.
"""

import platform
import shutil
import stat
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from importlib.metadata import version

import duckdb

from expectations.results import STAGES, read_result
from warehouse.contract import load_contracts
from warehouse.deliveries import freshness
from warehouse.errors import RapportError
from warehouse.intake.landing import look
from warehouse.lease import holder
from warehouse.ledger import Ledger
from warehouse.settings import Settings

ENOUGH_BYTES = 2 * 1024**3
PACKAGES = {
    "duckdb": "duckdb",
    "dbt": "dbt-core",
    "dagster": "dagster",
    "gx": "great_expectations",
    "sklearn": "scikit-learn",
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    is_well: bool
    detail: str


def examine(settings: Settings) -> list[Finding]:
    """Every check in turn; one that cannot be made is a bad finding, not an error."""
    checks: dict[str, Callable[[Settings], tuple[bool, str]]] = {
        "versions": _versions,
        "lock": _lock,
        "runs": _runs,
        "disk": _disk,
        "contracts": _contracts,
        "key": _key,
        "ledger": _ledger,
        "deliveries": _deliveries,
        "gates": _gates,
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


def _versions(settings: Settings) -> tuple[bool, str]:
    found = [f"{name} {version(package)}" for name, package in PACKAGES.items()]
    return True, f"python {platform.python_version()}, {', '.join(found)}"


def _lock(settings: Settings) -> tuple[bool, str]:
    found = holder(settings)
    if found is None:
        return True, "free"
    return True, f"held by process {found['pid']} since {found.get('since', 'unknown')}"


def _runs(settings: Settings) -> tuple[bool, str]:
    if not settings.ledger_file.exists():
        return True, "none yet"
    with closing(Ledger(settings.ledger_file)) as ledger:
        unfinished = ledger.open_runs()
    if not unfinished or holder(settings):
        return True, f"{len(unfinished)} at work"
    number, as_of, since = unfinished[-1]
    return (
        False,
        f"run {number} as of {as_of} began {since} and never ended; the next run clears it",
    )


def _contracts(settings: Settings) -> tuple[bool, str]:
    contracts = load_contracts()
    stray = {landed.path for landed in look(settings.landing, contracts) if landed.problem}
    detail = f"{len(contracts)} tables of {len({source for source, _ in contracts})} sources"
    if stray:
        return False, f"{detail}; {len(stray)} landed name(s) fit none (`rapport files`)"
    return True, detail


def _deliveries(settings: Settings) -> tuple[bool, str]:
    if not settings.ledger_file.exists():
        return True, "none yet"
    with closing(Ledger(settings.ledger_file)) as ledger:
        refused = sum(file.state == "quarantined" for file in ledger.files())
        day = max((file.business_date for file in ledger.active_files()), default=None)
        states = freshness.of_all(ledger, load_contracts(), day) if day else []
    gaps = sum(len(state.missing) for state in states)
    bad = [s for s in states if s.is_required and not s.is_complete]
    return not bad, f"{refused} refused file(s), {gaps} missing day(s) up to {day or 'today'}"


def _gates(settings: Settings) -> tuple[bool, str]:
    results = [read_result(settings, stage) for stage in STAGES]
    red = [result.stage for result in results if result and not result.passed]
    if red:
        return False, f"red: {', '.join(red)} (docs/gates.html says why)"
    return True, f"{sum(result is not None for result in results)} of {len(STAGES)} green"


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
