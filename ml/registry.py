"""Finds the declarations: every file in `ml/models/` is one offer, there is no list to keep.

What does not belong here: anything that needs scikit-learn; Dagster reads this at every load.
"""

from importlib import import_module
from pkgutil import iter_modules

from ml import models
from ml.declaration import PropensityModel
from warehouse.errors import RapportError


def offers() -> list[str]:
    """Return the names of all declared offers, sorted."""
    return sorted(found.name for found in iter_modules(models.__path__))


def scopes() -> list[dict[str, str | None]]:
    """Return what each offer offers: a row per product, or per family where any of it will do."""
    rows: list[dict[str, str | None]] = []
    for offer in offers():
        model = declaration(offer)
        rows += [{"offer_code": offer, "product_id": code} for code in model.products]
        rows += [{"offer_code": offer, "family_code": code} for code in model.families]
    return rows


def declaration(offer: str) -> PropensityModel:
    """Return the declaration of one offer; its file carries the same name.

    Raises:
        RapportError: RP-4004 when there is no such file.
    """
    if offer not in offers():
        raise RapportError("RP-4004", offer=offer, reason="not_declared")
    model: PropensityModel = import_module(f"ml.models.{offer}").MODEL
    if model.offer != offer:
        raise ValueError(f"ml/models/{offer}.py declares the offer {model.offer!r}")
    return model
