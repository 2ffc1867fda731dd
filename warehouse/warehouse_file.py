"""The working warehouse is a cache: when it cannot be read it is put aside and built again.

What does not belong here: building it.
"""

import logging

import duckdb

from warehouse.errors import RapportError
from warehouse.settings import Settings

log = logging.getLogger("rapport")

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


def is_damage(message: str | None) -> bool:
    """Whether an engine's message says that the file itself is broken (not locked, not full)."""
    return any(sign in (message or "") for sign in DAMAGE)


def put_aside(settings: Settings) -> None:
    """Rename the file and its log of changes, so that the next build starts from nothing."""
    for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        path = settings.home / name
        if path.exists():
            path.replace(path.with_name(f"{name}.damaged"))
    log.warning("%s", RapportError("RP-3004", file="warehouse.duckdb", action="put_aside"))
