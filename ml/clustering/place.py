"""Places every customer in the nearest cluster, today and at the last month end; writes cards.

Both days are judged by the clustering that holds, so that a move is one of the customer and not of
the borders. What does not belong here: fitting, what is shown of a small cluster (dbt).
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from ml import features
from ml.clustering import groups, words
from ml.clustering.declaration import Clustering, declared
from ml.clustering.fit import Fit, fit
from ml.clustering.space import LEAST_KNOWN_SHARE
from ml.clustering.store import Accepted
from warehouse.files import write_parquet
from warehouse.layouts.clusters import CARDS, DIFFERENCES, MEMBERS, SCHEMAS, table_file
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
        members, cards, differences = (schema.empty_table() for schema in SCHEMAS.values())
        if fitted.accepted:
            members = _members(con, clustering, fitted.accepted, as_of)
            cards, differences = _cards(con, fitted.accepted)
    tables = {"members": members, "cards": cards, "differences": differences}
    for name, table in tables.items():
        write_parquet(table, table_file(settings.lake, clustering.name, name))
    rows = {name: table.num_rows for name, table in tables.items()}
    return Placed(clustering.name, fitted, rows)


def _members(
    con: duckdb.DuckDBPyConnection, clustering: Clustering, accepted: Accepted, as_of: date
) -> pa.Table:
    known = features.catalogue(con)
    wanted = features.named(known, accepted.space.names, clustering.name)
    people = f"""(
        select * from ({features.population(known, clustering)})
        where as_of_date in (date '{as_of}', date_trunc('month', date '{as_of}')::date - 1))"""
    numbers = np.array(accepted.numbers)
    parts = []
    for batch, matrix in features.stream(con, people, wanted):
        z = accepted.space.placed(matrix)
        number = numbers[groups.nearest(z, accepted.centres)]
        unknown = np.isnan(z).mean(axis=1) > 1 - LEAST_KNOWN_SHARE
        parts.append(
            pa.table(
                {
                    "customer_key": batch.column("customer_key"),
                    "as_of_date": batch.column("as_of_date"),
                    "cluster_number": pa.array(number, pa.int32(), mask=unknown),
                    "rule_code": np.where(unknown, "too_little_known", "nearest_centre"),
                    "clustering_code": pa.repeat(clustering.name, len(z)),
                    "clustering_version": pa.repeat(accepted.version, len(z)),
                }
            )
            .select(MEMBERS.names)
            .cast(MEMBERS)
        )
    if not parts:
        return MEMBERS.empty_table()
    return pa.concat_tables(parts).sort_by(
        [("as_of_date", "ascending"), ("customer_key", "ascending")]
    )


def _cards(con: duckdb.DuckDBPyConnection, accepted: Accepted) -> tuple[pa.Table, pa.Table]:
    labels = {
        name: (en, zh)
        for name, en, zh in con.sql(
            "select indicator_name, label_en, label_zh from marts.dim_indicator"
        ).fetchall()
    }
    k, stability, silhouette = accepted.facts["chosen"]
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
