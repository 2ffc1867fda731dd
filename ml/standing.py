"""Who scores, as a person asks for it, and a person's word on who is to score.

Decisions are events of the ledger; they hold until a better challenger or another word. What does
not belong here: files (`store.py`), what a run decides by itself (`contest.py`).
"""

import getpass
import re
from typing import Any

from ml import registry, store
from warehouse.errors import RapportError
from warehouse.lease import lease
from warehouse.settings import Settings

FIGURES = ("auc", "brier_score", "calibration_error")
UNSOUND = "damaged"
LONGEST_REASON = 200
NOT_PLAIN = re.compile(r"[0-9０-９]{5,}|@")
"""Digits in a row are a phone or a document, the sign is an address."""


def offers(settings: Settings) -> list[dict[str, Any]]:
    """Return per declared offer who scores and how good it was when judged."""
    rows = []
    for offer in registry.offers():
        model, version = registry.declaration(offer), store.champion(settings, offer)
        scored_by = version or ("none" if model.method == "behaviour" else "-")
        row = {"offer": offer, "objective": model.objective, "method": model.method}
        row |= {"versions": len(store.versions(settings, offer)), "champion": scored_by}
        row["state"] = "stopped" if store.stopped(settings, offer) else "serves"
        rows.append(row | _figures(settings, offer, version))
    return rows


def versions(settings: Settings, offer: str) -> list[dict[str, Any]]:
    """Return the stored versions of an offer with what was decided about each.

    Raises:
        RapportError: RP-4004 when the offer is not declared.
    """
    present = store.champion(settings, registry.declaration(offer).offer)
    rows = []
    for version in store.versions(settings, offer):
        decision = store.read_decision(settings, offer, version)
        row = {"version": version, "scores": "yes" if version == present else "no"}
        row |= {"decision": decision.get("reason", ""), "against": decision.get("against") or "-"}
        rows.append(row | _figures(settings, offer, version))
    return rows


def promote(settings: Settings, offer: str, version: str, reason: str) -> None:
    """Make a stored version the champion.

    Raises:
        RapportError: RP-4004 or RP-4003 when there is no such sound version, RP-4012 without a
            plain reason, RP-3002 while a run is at work.
    """
    said = _plain(reason)
    with lease(settings):
        store.promote(settings, registry.declaration(offer).offer, version, said, _person())


def rollback(settings: Settings, offer: str, reason: str) -> str:
    """Make the champion before the present one champion again and return it; errors as above."""
    said = _plain(reason)
    with lease(settings):
        return store.rollback(settings, registry.declaration(offer).offer, said, _person())


def _figures(settings: Settings, offer: str, version: str | None) -> dict[str, Any]:
    if version is None:
        return dict.fromkeys(FIGURES, "")
    try:
        test = store.read_card(settings, offer, version)["test"]
    except RapportError:
        return dict.fromkeys(FIGURES, UNSOUND)
    return {name: test[name] for name in FIGURES}


def _plain(reason: str) -> str:
    said = " ".join(reason.split())
    if not said or len(said) > LONGEST_REASON or NOT_PLAIN.search(said):
        raise RapportError("RP-4012", characters=len(said))
    return said


def _person() -> str:
    return getpass.getuser()
