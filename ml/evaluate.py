"""The held-out figures of a model as a person asks for them; they were computed once, at the fit.

What does not belong here: computing them (`metrics.py`).
"""

from typing import Any

from ml import store
from warehouse.errors import RapportError
from warehouse.settings import Settings


def held_out(settings: Settings, offer: str, version: str | None = None) -> dict[str, Any]:
    """Return the test figures of a version, the champion's by default.

    Raises:
        RapportError: RP-4004 when there is no such model.
    """
    wanted = version or store.champion(settings, offer)
    if wanted is None:
        raise RapportError("RP-4004", offer=offer)
    card = store.read_card(settings, offer, wanted)
    return {**card["test"], "holdout_kind": card["holdout_kind"], "version": wanted}
