"""Places every customer in the nearest cluster, on every day that segments are told of.

All days are judged by the clustering that holds, so that a move is one of the customer and not of
the borders; where the one before it would have put the same customer on the same day tells what a
refit alone has changed. Writes the cards, too. What does not belong here: fitting, what is shown of
a small cluster (dbt).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from ml import features
from ml.clustering import groups, words
from ml.clustering.declaration import Clustering, declared
from ml.clustering.fit import Fit, fit
from ml.clustering.space import LEAST_KNOWN_SHARE
from ml.clustering.store import Accepted
from warehouse.files import write_parquet, write_parquet_parts
from warehouse.layouts.clusters import CARDS, DIFFERENCES, MEMBERS, table_file
from warehouse.settings import Settings


@dataclass(frozen=True)
class Placed:
    """What one clustering came to, for the run's metadata."""

    name: str
    fit: Fit
    rows: dict[str, int]
    """Rows of members, cards and differences."""

    def told(self) -> dict[str, object]:
        """What happened, how many clusters there are and how sure they are, by plain names."""
        found: dict[str, object] = {self.name: self.fit.status}
        if self.fit.problem:
            found[f"{self.name}_problem"] = str(self.fit.problem)
        if self.fit.accepted:
            k, stability, silhouette = self.fit.accepted.facts["chosen"]
            found[f"{self.name}_clusters"] = k
            found[f"{self.name}_stability"] = stability
            found[f"{self.name}_silhouette"] = silhouette
        return found


def cluster_all(settings: Settings, as_of: date) -> list[Placed]:
    """Fit and place every declared clustering."""
    return [cluster(settings, clustering, as_of) for clustering in declared()]


def cluster(settings: Settings, clustering: Clustering, as_of: date) -> Placed:
    """Fit when there is reason to, place everybody of the population, write members and cards.

    Without any accepted clustering the files are empty: nobody is placed.
    """
    with features.connect(settings) as con:
        fitted = fit(settings, con, clustering, as_of)
        members, cards, differences = iter(()), CARDS.empty_table(), DIFFERENCES.empty_table()
        if fitted.accepted:
            members = _members(con, clustering, fitted.accepted, as_of)
            cards, differences = _cards(con, fitted.accepted)
        placed = write_parquet_parts(members, MEMBERS, _file(settings, clustering, "members"))
    write_parquet(cards, _file(settings, clustering, "cards"))
    write_parquet(differences, _file(settings, clustering, "differences"))
    rows = {"members": placed, "cards": cards.num_rows, "differences": differences.num_rows}
    return Placed(clustering.name, fitted, rows)


def _file(settings: Settings, clustering: Clustering, table: str) -> Path:
    return table_file(settings.lake, clustering.name, table)


def _members(
    con: duckdb.DuckDBPyConnection, clustering: Clustering, accepted: Accepted, as_of: date
) -> Iterator[pa.Table]:
    """Everybody of the population, a table per day: a history fits in no memory."""
    known = features.catalogue(con)
    names = list(accepted.space.names)
    if accepted.before:  # what the catalogue has no more is unknown of everybody
        names += [n for n in accepted.before.space.names if n in known and n not in names]
    wanted = features.named(known, names, clustering.name)
    population = features.population(known, clustering)
    days = con.sql(
        f"select distinct as_of_date from indicators.{features.BASE}"
        " where as_of_date <= $as_of order by as_of_date",
        params={"as_of": as_of},
    ).fetchall()
    for (day,) in days:
        people = f"(select * from ({population}) where as_of_date = date '{day}')"
        parts = [
            _rows(accepted, names, batch, matrix)
            for batch, matrix in features.stream(con, people, wanted)
        ]
        if parts:
            yield pa.concat_tables(parts).sort_by("customer_key")


def _rows(
    accepted: Accepted, names: list[str], batch: pa.RecordBatch, matrix: np.ndarray
) -> pa.Table:
    number = _numbers(accepted, names, matrix)
    unknown = number.is_null().to_numpy(zero_copy_only=False)
    return (
        pa.table(
            {
                "customer_key": batch.column("customer_key"),
                "as_of_date": batch.column("as_of_date"),
                "cluster_number": number,
                "rule_code": np.where(unknown, "too_little_known", "nearest_centre"),
                "earlier_number": _numbers(accepted.before, names, matrix),
                "clustering_code": pa.repeat(accepted.name, len(matrix)),
                "clustering_version": pa.repeat(accepted.version, len(matrix)),
            }
        )
        .select(MEMBERS.names)
        .cast(MEMBERS)
    )


def _numbers(judge: Accepted | None, names: list[str], matrix: np.ndarray) -> pa.Array:
    """Lasting number of the cluster each row is nearest to; null where too little is known."""
    if judge is None:
        return pa.nulls(len(matrix), pa.int32())
    at = [names.index(name) if name in names else len(names) for name in judge.space.names]
    z = judge.space.placed(np.pad(matrix, ((0, 0), (0, 1)), constant_values=np.nan)[:, at])
    unknown = np.isnan(z).mean(axis=1) > 1 - LEAST_KNOWN_SHARE
    number = np.array(judge.numbers)[groups.nearest(z, judge.centres)]
    return pa.array(number, pa.int32(), mask=unknown)


def _cards(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> tuple[pa.Table, pa.Table]:
    labels = {
        name: (en, zh)
        for name, en, zh in con.sql(
            "select indicator_name, label_en, label_zh from marts.dim_indicator"
        ).fetchall()
    }
    k, stability, silhouette = accepted.facts["chosen"]
    earlier = accepted.before and date.fromisoformat(accepted.before.fitted_date)
    cards, differences = [], []
    for number, rows in words.differences(accepted).items():
        common = {
            "clustering_code": accepted.name,
            "clustering_version": accepted.version,
            "cluster_number": number,
        }
        summary_en, summary_zh = words.summary(rows, labels)
        cards.append(
            common
            | {"fitted_date": date.fromisoformat(accepted.fitted_date), "clusters_count": k}
            | {"earlier_fitted_date": earlier}
            | {"stability": stability, "silhouette": silhouette}
            | {"summary_en": summary_en, "summary_zh": summary_zh}
        )
        differences += [
            common
            | {"indicator_name": row.indicator, "difference_rank": rank}
            | {"difference_z": row.z, "difference_code": row.word}
            for rank, row in enumerate(rows, start=1)
        ]
    return (
        pa.Table.from_pylist(cards, schema=CARDS),
        pa.Table.from_pylist(differences, schema=DIFFERENCES),
    )
