"""A DuckDB in memory that can see four folders and nothing else, and whose errors say nothing.

DuckDB's messages repeat the row that failed, so none is ever passed on. What does not belong here:
the SQL that is run.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.errors import RapportError
from warehouse.literals import quoted
from warehouse.settings import Settings


def work_folder(settings: Settings) -> Path:
    """Where decoded text and spilled rows lie for a moment: inside the vault, for they identify."""
    return settings.vault / ".work"


def open_sandbox(settings: Settings, timezone: str) -> duckdb.DuckDBPyConnection:
    """Open a connection for one worker; naive times in its input are local to `timezone`."""
    work = work_folder(settings)
    folders = (settings.store, settings.vault, settings.lake)
    allowed = ", ".join(quoted(f"{folder}/") for folder in folders)
    con = duckdb.connect()
    with scrubbed():
        for statement in (
            "set threads = 1",  # one worker, one core: and bytes never depend on the machine
            f"set memory_limit = {quoted(_share(settings.memory_limit, settings.threads))}",
            f"set temp_directory = {quoted(str(work / 'spill'))}",
            f"set global TimeZone = {quoted(timezone)}",  # for every cursor
            "set enable_external_file_cache = false",  # files are read once
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
            f"set allowed_directories = [{allowed}]",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            con.execute(statement)
    return con


@contextmanager
def scrubbed() -> Iterator[None]:
    """Turn every DuckDB error into one of ours without its text."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise RapportError("RP-3014") from None
    except duckdb.IOException:
        raise RapportError("RP-3001", problem="input_or_output") from None
    except duckdb.Error as error:
        raise RapportError("RP-1015", problem=type(error).__name__) from None


def _share(limit: str, workers: int) -> str:
    found = re.fullmatch(r"\s*([0-9.]+)\s*([A-Za-z]*)\s*", limit)
    return f"{float(found[1]) / max(workers, 1):.3f}{found[2]}" if found else limit
