"""`make identity-report`: linkage held against truth, as a table and as a curve of thresholds.

Figures of public data and of the simulated world; weights come from the records alone, labels are
used to count only. What does not belong here: assertions (`tests/real/test_febrl.py`).
"""

import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from bench.identity import febrl
from warehouse.linkage.description import Description
from warehouse.linkage.estimate import estimate
from warehouse.linkage.links import Link, acceptable, candidates
from warehouse.linkage.metrics import Quality, b_cubed, clusters, grouped, pairs_of, pairwise
from warehouse.linkage.scoring import prepare
from warehouse.settings import CHECKOUT

CURVE = (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)


@dataclass(frozen=True)
class Measured:
    """What a linkage got right at the chosen threshold, and its pairs along the curve."""

    links: Quality
    pairs: Quality
    clusters: Quality
    b_cubed: Quality
    curve: dict[float, Quality]
    description: Description


def measure_febrl(folder: Path, name: str, with_document: bool) -> Measured:
    """Estimate weights on a set without its labels, link it, and count with them."""
    description = febrl.description(with_document)
    records, persons = febrl.read(folder, name)
    if len(febrl.FILES[name]) > 1:
        description = replace(description, across="side")
    with duckdb.connect() as con:
        fitted = estimate(con, records, description)
        prepare(con, records, fitted)
        wanted = candidates(con, replace(fitted, threshold=min(CURVE)))
    truth = febrl.true_pairs(records, persons)

    def at(threshold: float) -> list[Link]:
        return acceptable(
            records, (pair for pair in wanted if pair.confidence >= threshold), fitted
        )

    def pairs(threshold: float) -> set[tuple[int, int]]:
        return {(pair.low, pair.high) for pair in at(threshold)}

    chosen = pairs(fitted.threshold)
    groups = grouped(len(records), chosen)
    return Measured(
        links=pairs_of(chosen, truth),
        pairs=pairwise(groups, persons),
        clusters=clusters(groups, persons),
        b_cubed=b_cubed(groups, persons),
        curve={threshold: pairs_of(pairs(threshold), truth) for threshold in CURVE},
        description=fitted,
    )


def lines(title: str, measured: Measured) -> Iterable[str]:
    """One measurement as text."""
    yield f"{title}: links {_text(measured.links)}"
    yield f"    groups: pairs {_text(measured.pairs)}"
    yield f"    groups: whole {_text(measured.clusters)}   B-cubed {_text(measured.b_cubed)}"
    for threshold, quality in measured.curve.items():
        mark = "<- chosen" if threshold == measured.description.threshold else ""
        yield f"    at {threshold:<6} {_text(quality)} {mark}"


def _text(quality: Quality) -> str:
    return f"precision {quality.precision:.4f} recall {quality.recall:.4f} F1 {quality.f1:.4f}"


def main() -> None:
    """Print every measurement whose data are there."""
    folder = Path(os.environ.get("RAPPORT_REAL_DATA", CHECKOUT.parent / "shared" / "data"))
    if not (folder / "febrl").exists():
        sys.stdout.write(f"FEBRL: no data at {folder}, not measured\n")
        return
    for name in febrl.FILES:
        for with_document in (True, False):
            said = "with" if with_document else "without"
            measured = measure_febrl(folder / "febrl", name, with_document)
            for line in lines(f"FEBRL set {name} {said} soc_sec_id", measured):
                sys.stdout.write(line + "\n")
