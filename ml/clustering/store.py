"""Accepted clusterings: `models/<name>/<version>.json`, and which of them holds, with its digest.

A clustering is a few numbers and is kept as text, which nothing can hide in. What does not belong
here: whether one is accepted (`fit.py`).
"""

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ml.clustering.space import Space
from warehouse.errors import RapportError
from warehouse.files import write_json
from warehouse.settings import Settings

POINTER = "champion.json"
"""The name by which the generation id finds every model in force."""
VERSION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class Accepted:
    """One accepted clustering."""

    name: str
    version: str
    fitted_date: str
    space: Space
    centres: np.ndarray
    numbers: list[int]
    """Lasting number of each centre."""
    given: int
    """The highest number ever given."""
    mean: np.ndarray
    """Mean of everybody, from which the cards tell differences."""
    facts: dict[str, Any]
    """Sample, study and what was left out, for people."""
    before: "Accepted | None" = None
    """The clustering it took over from, without its own: what a refit alone has renamed."""


def save(settings: Settings, accepted: Accepted) -> None:
    """Store a clustering and let it hold from now on."""
    path = settings.models / accepted.name / f"{accepted.version}.json"
    write_json(_plain(asdict(accepted)), path)
    pointer = {"version": accepted.version, "sha256": _sha256(path.read_bytes())}
    write_json(pointer, path.with_name(POINTER))


def in_force(settings: Settings, name: str) -> Accepted | None:
    """Return the clustering that holds, None before the first.

    Raises:
        RapportError: RP-4003 when pointer or file is not as it was written.
    """
    folder = settings.models / name
    try:
        pointer = json.loads((folder / POINTER).read_bytes())
        version, expected = pointer["version"], pointer["sha256"]
        if not VERSION.fullmatch(version):
            raise ValueError
        content = (folder / f"{version}.json").read_bytes()
    except FileNotFoundError:
        if not (folder / POINTER).exists():
            return None
        raise RapportError("RP-4003", clustering=name, reason="missing") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise RapportError("RP-4003", clustering=name, reason="unreadable") from None
    if _sha256(content) != expected:
        raise RapportError("RP-4003", clustering=name, version=version)
    return _accepted(json.loads(content))


def _accepted(fields: dict[str, Any]) -> Accepted:
    space, before = fields["space"], fields.get("before")
    return Accepted(
        **{
            **fields,
            "centres": np.array(fields["centres"]),
            "mean": np.array(fields["mean"]),
            "space": Space(
                tuple(space["names"]),
                *(np.array(space[part]) for part in ("is_amount", "median", "scale")),
            ),
            "before": _accepted(before) if before else None,
        }
    )


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return value.tolist() if isinstance(value, np.ndarray) else value


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
