"""The model store: `models/<offer>/<version>/` with card and pictures, and the champion's pointer.

The pointer holds the card's digest and the card the model's; both are checked before a byte is
interpreted. What does not belong here: which version deserves to be champion (`gates.py`).
"""

import hashlib
import json
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ml import serialise
from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.files import commit_folder, write_json
from warehouse.ledger import Ledger
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ml.estimators import Fitted

MODEL, CARD, DECISION = "model.skops", "card.json", "decision.json"
PROMOTED, STOPPED = "model_promoted", "model_stopped"
"""Kinds of the ledger's events."""
POINTER, HISTORY = "champion.json", "history.json"
OFFER = re.compile(r"[a-z][a-z0-9_]{2,40}")
VERSION = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True)
class StoredModel:
    """A model that passed its digests, with its card."""

    version: str
    fitted: "Fitted"
    card: dict[str, Any]


def save(
    settings: Settings,
    offer: str,
    version: str,
    model: bytes,
    card: dict[str, Any],
    decision: dict[str, Any],
    plots: dict[str, bytes],
) -> None:
    """Write one version, complete or not at all; a damaged one of the same name is replaced."""
    final = _folder(settings, offer, version)
    for abandoned in final.parent.glob(".*.tmp"):  # by a run that was killed here
        shutil.rmtree(abandoned, ignore_errors=True)
    temporary = final.with_name(f".{version}.tmp")
    (temporary / "plots").mkdir(parents=True)
    contents = {
        MODEL: model,
        CARD: _json({**card, "model_sha256": _sha256(model)}),
        DECISION: _json(decision),
    }
    contents |= {f"plots/{name}.png": picture for name, picture in plots.items()}
    for name, content in contents.items():
        (temporary / name).write_bytes(content)
    shutil.rmtree(final, ignore_errors=True)
    commit_folder(temporary, final, "model_written model_stored")


def load(settings: Settings, offer: str, version: str) -> StoredModel:
    """Return a stored model after checking every digest and type.

    Raises:
        RapportError: RP-4003 when anything about the files is not as it was written.
    """
    card, content = _promoted(settings, offer, version)
    return StoredModel(version, serialise.load(content, offer=offer, version=version), card)


def read_card(settings: Settings, offer: str, version: str) -> dict[str, Any]:
    """Return the card of a version whose files are sound (else RP-4003), as it was promoted."""
    return _promoted(settings, offer, version)[0]


def read_decision(settings: Settings, offer: str, version: str) -> dict[str, Any]:
    """Return whether a version was to become champion, and why."""
    return json.loads((_folder(settings, offer, version) / DECISION).read_text())


def read_plots(settings: Settings, offer: str, version: str) -> dict[str, bytes]:
    """Return the pictures of a version by name."""
    folder = _folder(settings, offer, version) / "plots"
    return {path.stem: path.read_bytes() for path in sorted(folder.glob("*.png"))}


def is_sound(settings: Settings, offer: str, version: str) -> bool:
    """Return whether a version is stored and passes its digests."""
    with suppress(RapportError):
        return bool(read_card(settings, offer, version))
    return False


def versions(settings: Settings, offer: str) -> list[str]:
    """Return the stored versions of an offer, by name."""
    folders = (settings.models / offer).glob("*")
    return sorted(path.name for path in folders if VERSION.fullmatch(path.name))


def champion(settings: Settings, offer: str) -> str | None:
    """Return the version that scores; None before the first promotion."""
    pointer = _read(settings, offer, POINTER)
    return pointer["version"] if pointer else None


def history(settings: Settings, offer: str) -> list[str]:
    """Return every version that has been champion, in the order of promotion."""
    return _read(settings, offer, HISTORY) or []


def promote(settings: Settings, offer: str, version: str, reason: str, who: str = "run") -> None:
    """Make a stored version the champion; its files must be sound.

    The pointer moves first: a crash before the last write leaves a champion the history does not
    know yet, and the next promotion of the same version adds it, to the ledger too. A champion that
    was stopped serves again by this; what it was stopped for is forgiven, later weeks are not.

    Args:
        settings: Where models and ledger lie.
        offer: Name of the offer.
        version: What is to score.
        reason: Why; goes into the ledger.
        who: A person, or the run.

    Raises:
        RapportError: RP-4003 or RP-4004 when there is nothing sound to promote.
    """
    if version not in versions(settings, offer):
        raise RapportError("RP-4004", offer=offer, version=version)
    _, _, card_sha256 = _checked(settings, offer, version)
    pointer = {"version": version, "card_sha256": card_sha256}
    present, before = (_readable(settings, offer, name) for name in (POINTER, HISTORY))
    is_back = bool(present) and present["version"] == version and "stopped" in present
    if is_back:
        pointer["forgiven"] = present["stopped"]["week"]
    if present != pointer:
        write_json(pointer, settings.models / offer / POINTER)
        fault_point("champion_switched")
    if is_back or (before or [])[-1:] != [version]:
        ledger = Ledger(settings.ledger_file)
        ledger.append_event(PROMOTED, offer, {"version": version, "reason": reason, "who": who})
        ledger.close()
        write_json([*(before or []), version], settings.models / offer / HISTORY)


def stop(settings: Settings, offer: str, week: date, served: date, reason: str) -> None:
    """Let the champion serve no new scores.

    Args:
        settings: Where models and ledger lie.
        offer: Name of the offer.
        week: Of the scores that went wrong; earlier ones count no more once it is back.
        served: Day of the last scores it served.
        reason: Code of the rule.
    """
    pointer = _read(settings, offer, POINTER)
    stopped = {"week": str(week), "served": str(served), "reason": reason}
    ledger = Ledger(settings.ledger_file)
    ledger.append_event(STOPPED, offer, {"version": pointer["version"], **stopped})
    ledger.close()
    write_json({**pointer, "stopped": stopped}, settings.models / offer / POINTER)


def stopped(settings: Settings, offer: str) -> dict[str, str] | None:
    """Return why and since which week the champion is stopped; None when it serves."""
    return (_readable(settings, offer, POINTER) or {}).get("stopped")


def forgiven(settings: Settings, offer: str) -> date | None:
    """Return the last week a person has forgiven the champion."""
    week = (_readable(settings, offer, POINTER) or {}).get("forgiven")
    return date.fromisoformat(week) if week else None


def rollback(settings: Settings, offer: str, reason: str = "rollback", who: str = "run") -> str:
    """Make the champion before the present one champion again (RP-4004 if none); return it."""
    present = champion(settings, offer)
    earlier = [version for version in history(settings, offer) if version != present]
    if not earlier:
        raise RapportError("RP-4004", offer=offer, reason="no_earlier_champion")
    promote(settings, offer, earlier[-1], reason, who)
    return earlier[-1]


def _checked(settings: Settings, offer: str, version: str) -> tuple[dict[str, Any], bytes, str]:
    """Return card, model bytes and the card's digest; the model must be the one in the card."""
    folder = _folder(settings, offer, version)
    try:
        text = (folder / CARD).read_bytes()
        card, model = json.loads(text), (folder / MODEL).read_bytes()
        expected = card["model_sha256"]
    except (OSError, ValueError, KeyError, TypeError):
        raise RapportError("RP-4003", offer=offer, version=version, reason="unreadable") from None
    if _sha256(model) != expected:
        raise RapportError("RP-4003", offer=offer, version=version, file=MODEL)
    return card, model, _sha256(text)


def _promoted(settings: Settings, offer: str, version: str) -> tuple[dict[str, Any], bytes]:
    """Return card and model bytes; the champion's card must be the one its pointer names."""
    card, model, card_sha256 = _checked(settings, offer, version)
    pointer = _read(settings, offer, POINTER)
    if pointer and pointer["version"] == version and pointer["card_sha256"] != card_sha256:
        raise RapportError("RP-4003", offer=offer, version=version, file=CARD)
    return card, model


def _read(settings: Settings, offer: str, name: str) -> Any:
    try:
        return json.loads((settings.models / offer / name).read_bytes())
    except FileNotFoundError:
        return None
    except ValueError:
        raise RapportError("RP-4003", offer=offer, file=name) from None


def _readable(settings: Settings, offer: str, name: str) -> Any:
    """Return what a file says, None when nobody can read it: it is written anew then."""
    with suppress(RapportError):
        return _read(settings, offer, name)
    return None


def _folder(settings: Settings, offer: str, version: str) -> Path:
    if not (OFFER.fullmatch(offer) and VERSION.fullmatch(version)):
        raise RapportError("RP-4004", offer=offer, version=version)
    return settings.models / offer / version


def _json(content: object) -> bytes:
    text = json.dumps(content, indent=1, ensure_ascii=False, sort_keys=True)
    return (text + "\n").encode()


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
