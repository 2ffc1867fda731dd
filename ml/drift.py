"""How far those who are scored have moved from those the model was judged on.

A card keeps the tenths of its scores and of its weightiest indicators among the population at the
end of the hold-out; each scoring counts who falls where, and the population stability index says
how far that has moved. What does not belong here: what is too far (`verdict.py`, `screening.py`).
"""

from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from ml import features, screening
from ml.features import Feature

if TYPE_CHECKING:
    from ml.estimators import Fitted

FOLLOWED = 10
"""Indicators that weigh most in a score; what weighs little may drift without harm."""
SCORE = "score"


def reference(
    con: duckdb.DuckDBPyConnection,
    population: str,
    day: np.datetime64,
    columns: list[Feature],
    fitted: "Fitted",
    weights: list[float],
) -> dict[str, Any]:
    """Return what a card keeps of a sample of the population as of a day.

    The population and not the rows of the hold-out: of a campaign's offer these were chosen, and
    whoever is scored today was not.

    Args:
        con: Connection to the warehouse.
        population: SQL for (customer_key, as_of_date) of everybody the model is about.
        day: The last snapshot of the hold-out.
        columns: Features of the model, in its order.
        fitted: The model.
        weights: How much each feature moves a score.
    """
    con.execute(f"""
        create or replace temporary table reference as
        select *, row_number() over (order by md5(customer_key), customer_key) - 1 as row_id
        from ({population}) where as_of_date = date '{day.astype("datetime64[D]")}'
        qualify row_id < {screening.SAMPLE}
    """)
    rows = con.sql("select count(*) from reference").fetchone()[0]
    matrix = features.matrix(con, "reference", columns, rows)
    heavy = np.argsort(-np.array(weights), kind="stable")[:FOLLOWED]
    parts = {SCORE: _tenths(fitted.raw(matrix))} if rows else {}
    parts |= {columns[place].name: _tenths(matrix[:, place]) for place in heavy if rows}
    return {"as_of_date": str(day.astype("datetime64[D]")), "rows": rows, "tenths": parts}


class Meter:
    """Counts, batch by batch, how many of those scored fall into each tenth of the reference."""

    def __init__(self, reference: dict[str, Any], columns: list[Feature]) -> None:
        """Follow what the reference of a card names; a card without one has nothing to follow."""
        place = {feature.name: position for position, feature in enumerate(columns)}
        self._place = {name: place.get(name) for name in reference.get("tenths", {})}
        self._tenths = reference.get("tenths", {})
        self._edges = {name: np.array(tenth["edges"]) for name, tenth in self._tenths.items()}
        self._counts = dict.fromkeys(self._tenths, 0.0)

    def add(self, raw: np.ndarray, matrix: np.ndarray) -> None:
        """Count a batch: raw scores and the features behind them."""
        for name, position in self._place.items():
            column = raw if position is None else matrix[:, position]
            self._counts[name] += screening.counts(column, self._edges[name], np.ones(len(column)))

    def indices(self) -> dict[str, float]:
        """Return the stability index of the score and of every indicator followed."""
        return {
            name: round(screening.index(np.array(tenths["counts"]), self._counts[name]), 6)
            for name, tenths in self._tenths.items()
        }


def _tenths(column: np.ndarray) -> dict[str, list[float]]:
    edges = screening.edges(column)
    counted = screening.counts(column, edges, np.ones(len(column)))
    return {"edges": edges.tolist(), "counts": counted.tolist()}
