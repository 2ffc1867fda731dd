"""The version of the code that decides results: a digest of every file that can change one.

What does not belong here: the versions of data (`audit`).
"""

import hashlib
import json
from pathlib import Path

from warehouse.settings import CHECKOUT

CODE = ("dbt/models", "dbt/macros", "dbt/seeds", "ml", "warehouse")
"""What can change a result, relative to the checkout; whatever is new there counts."""
CODE_SUFFIXES = {".sql", ".py", ".yml", ".csv"}
ASKS_AND_SHOWS = (
    *("warehouse/commands/*.py", "warehouse/run.py"),
    *("warehouse/identity/decisions.py", "warehouse/identity/explain.py"),
    *("warehouse/identity/lookup.py", "warehouse/identity/preview.py"),
)
"""What people type and read: it changes nothing. A test holds that nothing that counts uses it."""
DRAWS = ("warehouse/report/*.py",)
"""What a publication shows beside the marts: a new generation, but no day to be rebuilt."""


def digest(*parts: object) -> str:
    """Short, stable digest of values: 16 hexadecimal digits of sha256."""
    text = json.dumps(parts, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def code_files(*besides: str) -> list[Path]:
    """Every file that can change a result, but for those that match a pattern."""
    left_out = {path for pattern in besides for path in CHECKOUT.glob(pattern)}
    return sorted(
        path
        for folder in CODE
        for path in (CHECKOUT / folder).rglob("*")
        if path.suffix in CODE_SUFFIXES and path not in left_out
    )


def code_version(*besides: str) -> str:
    """Digest of the code that decides results; moves with each edit of it."""
    files = code_files(*(besides or (*ASKS_AND_SHOWS, *DRAWS)))
    return digest(
        *(
            (str(path.relative_to(CHECKOUT)), hashlib.sha256(path.read_bytes()).hexdigest())
            for path in files
        )
    )
