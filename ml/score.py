"""The one score path: every customer of the population gets the champion's calibrated probability.

Reads the same matrix as the fit and writes Parquet with reproducible bytes. What does not belong
here: who is contacted, and any model that is not the champion.
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ml import base_rate, drift, features, metrics, reasons, store
from ml.declaration import PropensityModel
from ml.registry import declaration
from warehouse.errors import RapportError
from warehouse.faults import fault_point
from warehouse.files import write_json, write_parquet
from warehouse.layouts.scores import (
    EVALUATION,
    REASONS,
    SCORES,
    evaluation_file,
    scores_file,
    served_file,
)
from warehouse.settings import Settings

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class ScoreResult:
    """What was scored, for the run's metadata."""

    offer: str
    as_of: date
    model_version: str
    rows: int
    mean_p: float
    path: Path
    card: dict[str, Any]
    plots: dict[str, bytes]


def score_offer(settings: Settings, offer: str, as_of: date) -> ScoreResult:
    """Score the snapshot of `as_of` and write scores and the champion's evaluation.

    Raises:
        RapportError: RP-4004 without a champion, RP-4003 when it is damaged, RP-4005 when an
        indicator it
            needs is gone, RP-4009 when the snapshot holds nobody of its population.
    """
    model = declaration(offer)
    if model.method == "base_rate":
        return _score_base_rate(settings, model, as_of)
    version = store.champion(settings, offer)
    if version is None:
        raise RapportError("RP-4004", offer=offer)
    champion = store.load(settings, offer, version)
    keys, raws, whys = [], [], []
    with features.connect(settings) as con:
        known = features.catalogue(con)
        names = [entry["name"] for entry in champion.card["features"]]
        columns = features.named(known, names, offer)
        told = reasons.prepare(columns, champion.card)
        meter = drift.Meter(champion.card.get("reference", {}), columns)
        people = f"(from ({features.population(known, model)}) where as_of_date = date '{as_of}')"
        for batch, matrix in features.stream(con, people, columns):
            every = pa.array(np.arange(batch.num_rows))
            keys.append(batch.column("customer_key").take(every))  # a view keeps all columns alive
            raws.append(champion.fitted.raw(matrix))
            meter.add(raws[-1], matrix)
            whys += reasons.explain(champion.fitted, told, matrix)
    if not keys:
        raise RapportError("RP-4009", offer=offer, as_of=as_of)
    key, raw = pa.chunked_array(keys).combine_chunks(), np.concatenate(raws)
    words = told.texts(np.concatenate(whys))
    table = ranked(model, as_of, version, key, raw, champion.fitted.calibrated(raw), words)
    path = scores_file(settings.lake, offer, as_of)
    write_parquet(table, path)
    fault_point("scores_written")
    _note(settings, table, meter.indices())
    write_parquet(evaluation(champion.card), evaluation_file(settings.lake, offer))
    mean = float(np.mean(table["p_response"].to_numpy()))
    log.info("%s: %d customers scored, mean %.4f", offer, table.num_rows, mean)
    plots = store.read_plots(settings, offer, version)
    return ScoreResult(offer, as_of, version, table.num_rows, mean, path, champion.card, plots)


def _score_base_rate(settings: Settings, model: PropensityModel, as_of: date) -> ScoreResult:
    with features.connect(settings) as con:
        rate = base_rate.observe(con, model, as_of)
        table = base_rate.scores(con, model, as_of, rate)
    path = scores_file(settings.lake, model.offer, as_of)
    write_parquet(table, path)
    fault_point("scores_written")
    _note(settings, table, {})
    log.info("%s: %d customers scored with their base rate %.4f", model.offer, len(table), rate.p)
    card = {"positives": rate.positives, "outcomes": rate.outcomes}
    version = rate.version(model)
    return ScoreResult(model.offer, as_of, version, len(table), rate.p, path, card, {})


def _note(settings: Settings, table: pa.Table, moved: dict[str, float]) -> None:
    """Write beside the scores what later days ask of them, so that they need not be read again."""
    names = ("offer_code", "as_of_date", "model_version", "method_code")
    offer, as_of, version, method = (table[name][0].as_py() for name in names)
    noted = {"version": version, "method": method, "customers": len(table), "drift": moved}
    write_json(noted, served_file(settings.lake, offer, as_of))


def ranked(
    model: PropensityModel,
    as_of: date,
    version: str,
    key: pa.Array,
    raw: np.ndarray,
    p: np.ndarray,
    words: dict[str, pa.Array],
) -> pa.Table:
    """Return the scores best first; ties go by raw probability, then by customer key."""
    by_key = np.argsort(key.to_numpy(zero_copy_only=False).astype(str), kind="stable")
    order = by_key[metrics.best_first(p[by_key], raw[by_key])]
    rows = len(order)
    rank = np.arange(1, rows + 1)
    columns = [
        pa.repeat(pa.scalar(model.offer), rows),
        pa.repeat(pa.scalar(model.objective), rows),
        key.take(pa.array(order)),
        pa.repeat(pa.scalar(as_of, pa.date32()), rows),
        p[order],
        raw[order],
        metrics.decile_of(rank, rows).astype(np.int32),
        rank,
        pa.repeat(pa.scalar(version), rows),
        pa.repeat(pa.scalar(model.method), rows),
        *(words[name].take(pa.array(order)) for name in REASONS),
    ]
    return pa.table(columns, schema=SCORES)


def evaluation(card: dict[str, Any]) -> pa.Table:
    """Return the lift table of a card in the layout of the marts."""
    test, window = card["test"], card["windows"]["test"]
    common = {
        "offer_code": card["offer"],
        "model_version": card["version"],
        "auc": test["auc"],
        "brier_score": test["brier_score"],
        "calibration_error": test["calibration_error"],
        "window_from": date.fromisoformat(window["from"]),
        "window_to": date.fromisoformat(window["to"]),
        "holdout_kind": card["holdout_kind"],
    }
    return pa.Table.from_pylist([{**common, **row} for row in test["lift"]], schema=EVALUATION)
