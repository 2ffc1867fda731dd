"""A warehouse of three tables with groups drawn around known centres.

Which group a customer was drawn from is known here alone. What does not belong here: assertions.
"""

from datetime import date

import duckdb
import numpy as np
import pyarrow as pa

from ml.clustering.declaration import Clustering
from ml.clustering.place import cluster
from ml.declaration import Text
from warehouse.layouts.clusters import table_file
from warehouse.settings import Settings

MONTH_END, AS_OF = date(2026, 10, 31), date(2026, 11, 7)
NAMES = ("alpha", "beta", "gamma", "delta")
CENTRES = np.array([[0, 0, 0, 0], [9, 9, 0, 0], [0, 9, 9, 0], [0, 0, 9, 9.0]])
SHARES = (0.4, 0.3, 0.2, 0.1)
EN = Text("", "")


def declaration(indicators=NAMES, **more):
    return Clustering(
        "planted", EN, EN, EN, tuple(indicators), sample_rows=500, most_clusters=6, **more
    )


class World:
    """A warehouse whose customers were drawn from known groups."""

    def __init__(self, home):
        """Make the tables, empty."""
        self.settings = Settings(home=home)
        home.mkdir(parents=True)
        names = (*NAMES, "constant", "unknown", "secret", "is_active")
        columns = ", ".join(f"{name} double" for name in names)
        with self.open() as con:
            con.execute(f"""
                create schema indicators;
                create schema marts;
                create schema customer;
                create table indicators.ind_service
                    (customer_key varchar, as_of_date date, {columns});
                create table customer.dim_customer (customer_key varchar, party_type_code varchar);
                create table marts.dim_indicator (indicator_code integer, indicator_name varchar,
                    table_name varchar, label_en varchar, label_zh varchar, is_sensitive boolean,
                    direction_code varchar)
            """)
            con.executemany(
                "insert into marts.dim_indicator values (?, ?, 'ind_service', ?, ?, ?, 'neutral')",
                [
                    [101001700 + 1000 * at, name, f"The {name}", f"指标{name}", name == "secret"]
                    for at, name in enumerate(names)
                ],
            )

    def open(self):
        return duckdb.connect(str(self.settings.warehouse_file))

    def fill(self, day, people=700, centres=CENTRES, seed=1, missing=0.1, spread=1.0):
        """Replace a snapshot; return the group of every customer by key."""
        rng = np.random.default_rng(seed)
        drawn = rng.choice(
            len(centres), people, p=np.array(SHARES[: len(centres)]) / sum(SHARES[: len(centres)])
        )
        values = centres[drawn] + spread * rng.normal(size=(people, len(NAMES)))
        values[rng.random(values.shape) < missing] = np.nan
        keys = [f"k{number:04d}" for number in rng.permutation(people)]
        columns = [pa.array(keys), pa.repeat(pa.scalar(day), people)]
        columns += [pa.array(column, mask=np.isnan(column)) for column in values.T]
        columns += [np.ones(people), pa.nulls(people), drawn, np.ones(people)]
        frame = pa.table(columns, names=[f"c{at}" for at in range(len(columns))])  # noqa: F841
        with self.open() as con:
            con.execute("delete from indicators.ind_service where as_of_date = ?", [day])
            con.execute("insert into indicators.ind_service select * from frame")
            con.execute(
                "create or replace table customer.dim_customer as select distinct customer_key,"
                " 'C' as party_type_code from indicators.ind_service"
            )
        return dict(zip(keys, drawn.tolist(), strict=True))

    def cluster(self, clustering=None, as_of=AS_OF):
        return cluster(self.settings, clustering or declaration(), as_of)

    def numbers(self, day=AS_OF, column="cluster_number"):
        """Cluster number of every customer on a day, or the one of the clustering before."""
        path = table_file(self.settings.lake, "planted", "members")
        with duckdb.connect() as con:
            return dict(
                con.execute(
                    f"select customer_key, {column} from '{path}' where as_of_date = ?", [day]
                ).fetchall()
            )
