"""The working warehouse is a cache: unreadable it is put aside, outdated removed, and built again.

What does not belong here: building it.
"""

import logging

import duckdb
import pyarrow.parquet as pq

from warehouse.errors import RapportError
from warehouse.settings import Settings

log = logging.getLogger("rapport")

FILES = ("warehouse.duckdb", "warehouse.duckdb.wal")
DAMAGE = ("not a valid DuckDB", "Corrupt database file", "Could not read enough bytes")
"""How DuckDB 1.5 words a header, a block or an end of file that is not what was written."""


def ensure_readable(settings: Settings, thoroughly: bool) -> bool:
    """Open the warehouse; True when it is there and sound, False when it begins anew.

    Args:
        settings: The installation.
        thoroughly: Read every block, as after a run that failed; opening alone reads the catalogue.
    """
    path = settings.warehouse_file
    if not path.exists():
        return False
    try:
        with duckdb.connect(str(path)) as con:
            tables = con.execute(
                "select schema_name, table_name from duckdb_tables() where not internal"
            ).fetchall()
            for schema, table in tables if thoroughly else ():
                con.execute(f'select bit_xor(hash(rows)) from "{schema}"."{table}" as rows')
    except duckdb.Error as error:
        if not is_damage(str(error)):
            raise
        put_aside(settings)
        return False
    return True


def begin_anew_for(settings: Settings, code_version: str) -> bool:
    """Remove a warehouse that other code has built, whose tables may have other columns.

    Every day would be rebuilt anyway. To be called before the run context names the new code, so
    that a kill in between removes once more instead of not at all.
    """
    context = settings.lake / "audit" / "run_context.parquet"
    built_with = pq.read_table(context)["code_version"].to_pylist() if context.exists() else []
    if built_with == [code_version] or not settings.warehouse_file.exists():
        return False
    for name in FILES:
        (settings.home / name).unlink(missing_ok=True)
    log.info("the code has changed: the warehouse is built anew")
    return True


def is_damage(message: str | None) -> bool:
    """Whether an engine's message says that the file itself is broken (not locked, not full)."""
    return any(sign in (message or "") for sign in DAMAGE)


def put_aside(settings: Settings) -> None:
    """Rename the file and its log of changes, so that the next build starts from nothing."""
    for name in FILES:
        path = settings.home / name
        if path.exists():
            path.replace(path.with_name(f"{name}.damaged"))
    log.warning("%s", RapportError("RP-3004", file="warehouse.duckdb", action="put_aside"))
