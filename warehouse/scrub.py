"""Takes out of other programs' messages what could be a value of a row.

An engine's error about data quotes the data ("could not convert string '...'"); its error about SQL
names columns and tables only. The first is reduced to its kind, the second kept. What does not
belong here: our own errors, which never hold a value to begin with (`errors`).
"""

import errno
import re
import traceback
from pathlib import Path

from warehouse.errors import RapportError
from warehouse.settings import CHECKOUT

ABOUT_CODE = ("Binder", "Catalog", "Parser", "Compilation", "Dependency")
KIND = re.compile(r"\b([A-Z][a-z]+(?: [A-Z][a-z]+)?) Error\b(?! in )")
LONGEST = 300


def scrub(message: str | None) -> str | None:
    """Keep of an engine's or dbt's message what cannot hold a value of a row."""
    if not message:
        return None
    kind = KIND.search(message)
    if kind and kind[1].startswith(ABOUT_CODE):
        return " ".join(message[kind.start() :].split("LINE ")[0].split())[:LONGEST]
    if kind or "Error" in message:
        return kind[0] if kind else "Error"
    return " ".join(message.split())[:LONGEST]


def coded(error: Exception, step: str) -> RapportError:
    """The same failure as an error with a code, bare of the exceptions it came from."""
    if isinstance(error, RapportError):
        return RapportError(error.code, **error.fields)
    full = getattr(error, "errno", None) == errno.ENOSPC or "No space left" in str(error)
    return RapportError("RP-3001" if full else "RP-3014", step=step, error=describe(error))


def describe(error: BaseException) -> str:
    """Kind of an unexpected exception and the line of ours it came through, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(CHECKOUT)]
    ours = [frame for frame in ours if ".venv" not in frame.filename] or frames
    if not ours:
        return type(error).__name__
    return f"{type(error).__name__} at {Path(ours[-1].filename).name}:{ours[-1].lineno}"
