"""Fits a clustering to the newest month end, or keeps the one that holds.

A clustering is fitted anew when the month end's numbers are others: once a month, and after a
restatement; so its borders do not move from day to day. What cannot be fitted is a result and no
crash: the last clustering holds on. What does not belong here: placing customers (`place.py`).
"""

import hashlib
import json
import logging
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb
import numpy as np

from ml import card, features
from ml.clustering import groups, labels, space, store
from ml.clustering.declaration import Clustering
from ml.clustering.store import Accepted
from warehouse.errors import RapportError
from warehouse.settings import Settings

log = logging.getLogger("rapport")

SHAPING = ("fit", "groups", "labels", "space")
RED = {"RP-4003", "RP-4005", "RP-4008", "RP-4021", "RP-4022"}
LEAST_CUSTOMERS = 200
"""Two groups of 20, the smallest that may be shown, would otherwise be all there could be."""


@dataclass(frozen=True)
class Fit:
    """What became of a fit."""

    status: str
    """`fitted`, `unchanged` (the month end's numbers are the same) or `refused`."""
    accepted: Accepted | None
    """The clustering that holds now; None when none was ever accepted."""
    problem: RapportError | None = None


def fit(
    settings: Settings, con: duckdb.DuckDBPyConnection, clustering: Clustering, as_of: date
) -> Fit:
    """Return the clustering that holds as of a day, fitted now when there is reason to."""
    before, problem = _last(settings, clustering.name)
    try:
        day, wanted, matrix = _sample(con, clustering, as_of)
        version = _version(clustering, wanted, matrix)
        if before and before.version == version:
            return Fit("unchanged", before)
        accepted = _fitted(clustering, version, day, wanted, matrix, before, settings.k_anonymity)
    except RapportError as refusal:
        if refusal.code not in RED:
            raise
        log.warning("%s", refusal)
        return Fit("refused", before, refusal)
    store.save(settings, accepted)
    log.info("%s: %d clusters of %s", clustering.name, len(accepted.numbers), day)
    return Fit("fitted", accepted, problem)


def _last(settings: Settings, name: str) -> tuple[Accepted | None, RapportError | None]:
    """The clustering that holds; a damaged one is as good as none, and is told."""
    try:
        return store.in_force(settings, name), None
    except RapportError as problem:
        log.warning("%s", problem)
        return None, problem


def _sample(
    con: duckdb.DuckDBPyConnection, clustering: Clustering, as_of: date
) -> tuple[date, list[features.Feature], np.ndarray]:
    """The newest month end up to the day, or the day itself before the first one.

    Customer keys are pseudo-random, so the first ones in their order are a random sample, and next
    month's is nearly the same people.
    """
    known = features.catalogue(con)
    sensitive = {
        name
        for (name,) in con.sql(
            "select indicator_name from marts.dim_indicator where is_sensitive"
        ).fetchall()
    }
    wanted = features.named(known, clustering.indicators, clustering.name)
    wanted = [feature for feature in wanted if feature.name not in sensitive]
    day = con.sql(f"""
        select coalesce(max(as_of_date) filter (as_of_date = last_day(as_of_date)), date '{as_of}')
        from indicators.{features.BASE} where as_of_date <= date '{as_of}'
    """).fetchone()[0]
    people = f"""(
        select customer_key, as_of_date, row_number() over (order by customer_key) - 1 as row_id
        from ({features.population(known, clustering)}) where as_of_date = date '{day}'
        order by customer_key limit {clustering.sample_rows})"""
    rows = con.sql(f"select count(*) from {people}").fetchone()[0]
    return day, wanted, features.matrix(con, people, wanted, rows)


def _fitted(
    clustering: Clustering,
    version: str,
    day: date,
    wanted: list[features.Feature],
    matrix: np.ndarray,
    before: Accepted | None,
    smallest_group: int,
) -> Accepted:
    if len(matrix) < LEAST_CUSTOMERS:
        raise RapportError("RP-4021", clustering=clustering.name, customers=len(matrix))
    scale, left_out = space.measure(wanted, matrix)
    if len(scale.names) < 2:
        raise RapportError("RP-4008", clustering=clustering.name, features=len(scale.names))
    columns = [at for at, feature in enumerate(wanted) if feature.name in scale.names]
    placed = scale.placed(matrix[:, columns])
    known = (~np.isnan(placed)).mean(axis=1) >= space.LEAST_KNOWN_SHARE
    z = np.nan_to_num(placed[known])  # the median stands for what is missing
    studies = groups.study(z, clustering.most_clusters, clustering.seed)
    chosen = groups.best(studies, max(groups.LEAST_SHARE, smallest_group / len(z)))
    if chosen is None:
        stability = max((one.stability for one in studies), default=0)
        raise RapportError("RP-4022", clustering=clustering.name, best_stability=stability)
    centres = labels.ordered(chosen.centres, z)
    numbers, given = _numbers(centres, scale, before)
    facts = {
        "customers": len(z),
        "left_out": left_out,
        "study": [[one.k, one.stability, one.silhouette, one.least_share] for one in studies],
        "chosen": [chosen.k, chosen.stability, chosen.silhouette],
        "libraries": card.libraries(),
    }
    mean = np.round(z.mean(axis=0), 6)
    last = replace(before, before=None) if before else None
    made = (clustering.name, version, str(day), scale, centres, numbers, given, mean, facts, last)
    return Accepted(*made)


def _numbers(
    centres: np.ndarray, scale: space.Space, before: Accepted | None
) -> tuple[list[int], int]:
    """Lasting numbers, by the indicators both clusterings have, old centres in the new scale."""
    given = before.given if before else 0
    both = [name for name in scale.names if before and name in before.space.names]
    if before is None or 2 * len(both) < len(scale.names):
        return list(range(given + 1, given + 1 + len(centres))), given + len(centres)
    new = [scale.names.index(name) for name in both]
    old = [before.space.names.index(name) for name in both]
    levels = before.centres[:, old] * before.space.scale[old] + before.space.median[old]
    moved = (levels - scale.median[new]) / scale.scale[new]
    numbers = labels.aligned(centres[:, new], moved, before.numbers, given)
    return numbers, max(given, *numbers)


def _version(clustering: Clustering, wanted: list[features.Feature], matrix: np.ndarray) -> str:
    digest = hashlib.sha256(clustering.fingerprint().encode())
    digest.update(json.dumps([feature.name for feature in wanted]).encode())
    digest.update(np.ascontiguousarray(matrix).data)
    for module in SHAPING:
        digest.update((Path(__file__).parent / f"{module}.py").read_bytes())
    digest.update(json.dumps(card.libraries()).encode())
    return digest.hexdigest()[:16]
