"""The honest score where outcomes are too few to learn from: everybody gets the rate of the group.

It ranks nobody and says so: no decile, no rank, method `base_rate`. It exists so that an expected
value can be computed for everybody without lending one party the model of another. What does not
belong here: which offers are scored this way (`ml/models/`).
"""

import hashlib
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from ml import features, labels
from ml.declaration import PropensityModel
from warehouse.errors import RapportError
from warehouse.layouts.scores import REASONS, SCORES

MINIMUM_OUTCOMES = 100
"""Below that the half-width of a 95 % interval around a rate of .05 exceeds the rate."""


@dataclass(frozen=True)
class Rate:
    """How often the outcome happened among the matured ones."""

    positives: int
    outcomes: int

    @property
    def p(self) -> float:
        """Posterior mean under Jeffreys' prior Beta(1/2, 1/2), which is never exactly 0 or 1.

        Brown, Cai and DasGupta (2001), Interval estimation for a binomial proportion.
        """
        return (self.positives + 0.5) / (self.outcomes + 1)

    def version(self, model: PropensityModel) -> str:
        """Return the name of this rate: another count or declaration is another version."""
        text = f"{model.fingerprint()}/{self.positives}/{self.outcomes}"
        return hashlib.sha256(text.encode()).hexdigest()[:16]


def observe(con: duckdb.DuckDBPyConnection, model: PropensityModel, as_of: date) -> Rate:
    """Count everything matured by `as_of`, with the labels every other model is fitted on.

    Raises:
        RapportError: RP-4001 when there are too few outcomes even for a rate.
    """
    population = features.population(features.catalogue(con), model)
    labels.make_outcomes(con, model, population, as_of)
    positives, outcomes = con.sql(
        "select count(*) filter (is_positive), count(*) from outcome"
    ).fetchone()
    if outcomes < MINIMUM_OUTCOMES:
        negatives = outcomes - positives
        raise RapportError("RP-4001", positives=positives, negatives=negatives)
    return Rate(positives, outcomes)


def scores(
    con: duckdb.DuckDBPyConnection, model: PropensityModel, as_of: date, rate: Rate
) -> pa.Table:
    """Return one row per customer of the population in the snapshot of `as_of`, by customer key.

    Raises:
        RapportError: RP-4009 when the snapshot holds nobody of the population.
    """
    people = features.population(features.catalogue(con), model)
    keys = con.sql(
        f"select customer_key from ({people}) where as_of_date = date '{as_of}' order by 1"
    ).to_arrow_table()["customer_key"]
    rows = len(keys)
    if not rows:
        raise RapportError("RP-4009", offer=model.offer, as_of=as_of)
    same = np.full(rows, rate.p)
    columns = {
        "offer_code": pa.repeat(pa.scalar(model.offer), rows),
        "objective_code": pa.repeat(pa.scalar(model.objective), rows),
        "customer_key": keys.combine_chunks(),
        "as_of_date": pa.repeat(pa.scalar(as_of, pa.date32()), rows),
        "p_response": same,
        "p_raw": same,
        "decile": pa.nulls(rows, pa.int32()),
        "score_rank": pa.nulls(rows, pa.int64()),
        "model_version": pa.repeat(pa.scalar(rate.version(model)), rows),
        "method_code": pa.repeat(pa.scalar(model.method), rows),
        **{name: pa.nulls(rows, pa.string()) for name in REASONS},
    }
    return pa.table(columns, schema=SCORES)
