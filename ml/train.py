"""The one fit path: outcomes, split, features, gates, fit, card, store, and perhaps a new champion.

A red gate is a result, not a crash: the champion stays and the result says why. What does not
belong here: anything that differs from offer to offer (`ml/models/`).
"""

import logging
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from ml import (
    base_rate,
    card,
    contest,
    drift,
    features,
    gates,
    labels,
    leak,
    metrics,
    plots,
    screening,
    serialise,
    split,
    stability,
    store,
)
from ml.declaration import PropensityModel
from ml.features import Feature
from ml.registry import declaration
from warehouse.errors import RapportError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from ml.estimators import Fitted

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class FitResult:
    """What became of a fit."""

    offer: str
    status: str
    """`fitted`, `unchanged` (the version was in the store), `refused` (a gate was red) or
    `counted` (the offer is scored by its base rate)."""
    version: str | None
    champion: str | None
    """Who scores now; None when no model has ever passed."""
    promoted: bool = False
    reason: str = ""
    problem: RapportError | None = None
    test: dict[str, Any] = field(default_factory=dict)
    plots: dict[str, bytes] = field(default_factory=dict)


def fit_offer(settings: Settings, offer: str, as_of: date) -> FitResult:
    """Fit a challenger for an offer on everything matured by `as_of`, unless the store has it.

    Args:
        settings: Where warehouse and models lie.
        offer: Name of a file in `ml/models/`.
        as_of: The day everything is seen from.
    """
    model = declaration(offer)
    with features.connect(settings) as con:
        try:
            result = _fit(settings, con, model, as_of)
        except RapportError as problem:
            if problem.code not in gates.RED:
                raise
            log.warning("%s", problem)
            present = _present(settings, offer)
            return FitResult(offer, "refused", None, present, False, problem.code, problem)
    log.info("%s: %s %s, %s", offer, result.version, result.status, result.reason)
    return result


def _fit(
    settings: Settings, con: duckdb.DuckDBPyConnection, model: PropensityModel, as_of: date
) -> FitResult:
    if model.method == "base_rate":
        counted = base_rate.observe(con, model, as_of).version(model)
        return FitResult(model.offer, "counted", counted, counted, reason="declared")
    known = features.catalogue(con)
    people = features.population(known, model)
    labels.make_outcomes(con, model, people, as_of)
    plan = split.plan(con)
    needed, lost = _champion_features(settings, model.offer, known)
    chosen = features.chosen(known, model)
    extra = sorted(set(needed) - set(chosen))
    everything = split.training_set(con, model, plan, chosen + extra)
    left_out = screening.left_out(everything, chosen)
    data = everything.only([feature for feature in chosen if feature.name not in left_out])

    version = card.fingerprint(model, data)
    if store.is_sound(settings, model.offer, version):
        return _unchanged(settings, model.offer, version)

    aucs = gates.feature_aucs(data)
    gates.no_single_leak(model.offer, aucs)
    from ml import tuning

    signs = features.signs(data.features, model)
    fitted, backtest = tuning.fit(data, model.seed, signs, settings.threads)
    test, p = _judged(data, fitted)
    gates.good_on_test(model.offer, aucs, test)
    gates.steady(model.offer, test)
    trusted = tuple(name for name, _ in model.trusted)
    looked_at = leak.no_dominant_feature(model.offer, data, aucs, test["auc"], fitted.kind, trusted)

    champion = None if lost else store.load(settings, model.offer, _present(settings, model.offer))
    decision = contest.decide(everything, p, champion, lost)
    found = {"left_out": left_out, "backtest": backtest, "test": test}
    found["leak_check"] = looked_at
    content = card.write_card(version, model, plan, data, fitted, aucs, found)
    weights = [feature["weight"] for feature in content["features"]]
    seen_last = data.day[data.rows("test")].max()
    content["reference"] = drift.reference(con, people, seen_last, data.features, fitted, weights)
    pictures = plots.draw(model.title.en, test)
    dumped = serialise.dump(fitted)
    store.save(settings, model.offer, version, dumped, content, decision, pictures)
    if decision["promote"]:
        store.promote(settings, model.offer, version, decision["reason"])
    return FitResult(
        model.offer,
        "fitted",
        version,
        store.champion(settings, model.offer),
        decision["promote"],
        decision["reason"],
        test=test,
        plots=pictures,
    )


def _judged(data: split.TrainingSet, fitted: "Fitted") -> tuple[dict[str, Any], np.ndarray]:
    """Return all figures of the hold-out, and the probabilities of its rows."""
    raw = {part: fitted.raw(data.of(part)[0]) for part in ("calibrate", "test")}
    p = fitted.calibrated(raw["test"])
    figures = metrics.summary(data.of("test")[1], p, raw["test"])
    return figures | stability.summary(data, raw, p), p


def _champion_features(
    settings: Settings, offer: str, known: dict[str, Feature]
) -> tuple[list[Feature], str]:
    """Return what the champion needs to be compared with, or why there is none that could score."""
    try:
        version = store.champion(settings, offer)
        if version is None:
            return [], "first"
        if store.stopped(settings, offer):
            return [], "champion_stopped"
        card = store.read_card(settings, offer, version)
        return features.named(known, [entry["name"] for entry in card["features"]], offer), ""
    except RapportError as problem:
        log.warning("%s", problem)
        return [], f"champion_{problem.code}"


def _present(settings: Settings, offer: str) -> str | None:
    """Return the champion's version, None when there is none or its pointer cannot be read."""
    with suppress(RapportError):
        return store.champion(settings, offer)
    return None


def _unchanged(settings: Settings, offer: str, version: str) -> FitResult:
    """Report a version that is in the store, and finish its promotion if a crash came between.

    Only a version that was never champion is promoted here: one that was and is not any more has
    been replaced or rolled back, and that stands. A challenger that was not better than a champion
    since stopped is promoted too: it has passed every gate.
    """
    decision = store.read_decision(settings, offer, version)
    present = store.champion(settings, offer)
    if version not in store.history(settings, offer):
        if store.stopped(settings, offer):
            store.promote(settings, offer, version, "champion_stopped")
        elif decision["promote"] and present in (version, decision["against"]):
            store.promote(settings, offer, version, decision["reason"])
    return FitResult(
        offer,
        "unchanged",
        version,
        store.champion(settings, offer),
        reason="in_store",
        test=store.read_card(settings, offer, version)["test"],
        plots=store.read_plots(settings, offer, version),
    )
