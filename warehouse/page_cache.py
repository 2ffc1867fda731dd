"""Asks the system to read libraries from the disk while something else is being done.

Great Expectations, scikit-learn and what they stand on are thousands of small files; on a machine
that has not touched them lately, importing them reads 120 MB in small pieces (5 MB after this).
Nothing is imported here: two threads that import may meet in one half-made module. What does not
belong here: what is imported when.
"""

import os
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from threading import Thread

LATER = (
    "dbt",
    "great_expectations",
    "marshmallow",
    "matplotlib",
    "pandas",
    "scipy",
    "sklearn",
    "skops",
    "sqlalchemy",
)
"""Packages that a run imports after the intake."""
READ_BY_IMPORT = {".pyc", ".so"}


def read_ahead(packages: tuple[str, ...] = LATER) -> Thread:
    """Start reading packages into the page cache; nothing waits for it or depends on it."""
    reader = Thread(target=_read, args=(packages,), name="read-ahead", daemon=True)
    reader.start()
    return reader


def files(packages: tuple[str, ...]) -> list[Path]:
    """The files of packages that an import reads; none of a package that is not installed."""
    folders = []
    for name in packages:
        found = find_spec(name)
        folders += (found.submodule_search_locations or []) if found else []
    return sorted(
        path
        for folder in folders
        for path in Path(folder).rglob("*")
        if path.suffix in READ_BY_IMPORT and "tests" not in path.parts
    )


def _read(packages: tuple[str, ...]) -> None:
    with suppress(OSError, AttributeError):  # a system that cannot be asked reads them later
        for path in files(packages):
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_WILLNEED)
