"""The as-of matrix: indicator snapshots in, numbers out; the same code for fit and for score.

A row asks for a customer as of a snapshot date and gets that snapshot's indicators, never a later
one. Which snapshot an outcome may see is decided in `labels.py`. Missing stays missing (NaN), never
zero.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

import duckdb
import numpy as np
import pyarrow as pa

from ml.declaration import PropensityModel
from warehouse.errors import RapportError
from warehouse.literals import quoted
from warehouse.settings import Settings

BATCH_ROWS = 65_536
"""A hundred doubles a row: 52 MB at a time, whatever the number of customers."""
JOINED_ROWS = 250_000
"""Rows that are joined at a time: two hundred doubles of each are .4 GB in the tables of a join."""
NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
TABLE = re.compile(r"ind_[a-z0-9_]{1,58}")
BASE = "ind_service"
"""The table that says who is active; it has a row per customer and snapshot, as they all do."""


@dataclass(frozen=True, order=True)
class Feature:
    """One indicator column."""

    name: str
    table: str
    code: int
    direction: int = 0
    """1 when more of it is good for the business, -1 when less is, 0 when neither."""
    is_sensitive: bool = False
    label_en: str = ""
    label_zh: str = ""


DIRECTIONS = {"higher_is_better": 1, "lower_is_better": -1}
SEX_AND_AGE = frozenset({"is_female", "age_years"})
COMPOSITES = "ind_composite"


def connect(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open the working warehouse to read; temporary tables are still possible."""
    limits = {"threads": settings.threads, "memory_limit": settings.memory_limit}
    return duckdb.connect(str(settings.warehouse_file), read_only=True, config=limits)


def catalogue(con: duckdb.DuckDBPyConnection) -> dict[str, Feature]:
    """Return every indicator of customers by name, but those made of others: they tell nothing new.

    Names become part of SQL, so they come from the catalogue and must look like names; a column
    that is no DOUBLE is refused, because decimals turned into doubles on the way have shifted
    scores before.

    Raises:
        RapportError: RP-4005 naming the indicator.
    """
    columns = con.sql(
        "select table_name, column_name from information_schema.columns "
        "where table_schema = 'indicators' and data_type = 'DOUBLE'"
    ).fetchall()
    known = set(columns)
    found = {}
    for name, table, code, direction, *words in con.sql(
        "select indicator_name, table_name, cast(indicator_code as bigint), direction_code, "
        "is_sensitive, label_en, label_zh "
        f"from marts.dim_indicator where table_name <> '{COMPOSITES}' and table_name not in ("
        "  select table_name from information_schema.columns"
        "  where table_schema = 'indicators' and column_name in ('account_id', 'product_id')"
        ") order by indicator_name"
    ).fetchall():
        if not (NAME.fullmatch(name) and TABLE.fullmatch(table)):
            raise RapportError("RP-4005", indicator_code=code, reason="not_a_plain_name")
        if (table, name) not in known:
            raise RapportError("RP-4005", indicator=name, table=table, reason="no_double_column")
        found[name] = Feature(name, table, code, DIRECTIONS.get(direction, 0), *words)
    return found


def chosen(known: dict[str, Feature], model: PropensityModel) -> list[Feature]:
    """Return the indicators a declaration asks for, sorted by name."""
    return [
        feature
        for name, feature in sorted(known.items())
        if name not in model.exclude
        and not (model.without_sex_and_age and name in SEX_AND_AGE)
        and (not model.subjects or feature.table.removeprefix("ind_") in model.subjects)
        and (not model.codes or any(feature.code in codes for codes in model.codes))
    ]


def signs(chosen: list[Feature], model: PropensityModel) -> np.ndarray:
    """Return the constraint of each feature: 1 where more may only raise the score, -1, or 0.

    Raises:
        RapportError: RP-4005 when a declared indicator has no direction in the catalogue.
    """
    towards = -1 if model.label == "lapse" else 1
    found = [
        towards * feature.direction if feature.name in model.monotonic else 0 for feature in chosen
    ]
    for feature, sign in zip(chosen, found, strict=True):
        if feature.name in model.monotonic and not sign:
            raise RapportError("RP-4005", indicator=feature.name, reason="no_direction")
    return np.array(found)


def named(known: dict[str, Feature], names: Iterable[str], offer: str) -> list[Feature]:
    """Return the indicators of a stored model's list, in its order.

    Raises:
        RapportError: RP-4005 when the catalogue no longer has one of them.
    """
    wanted = list(names)
    if missing := [name for name in wanted if name not in known]:
        raise RapportError("RP-4005", offer=offer, indicator=missing[0], missing=len(missing))
    return [known[name] for name in wanted]


def population(known: dict[str, Feature], model: PropensityModel) -> str:
    """Return SQL for the customers a model is about: (customer_key, as_of_date) per snapshot."""
    rules = model.rules()
    rule_features = named(known, [name for name, _, _ in rules], model.offer)
    conditions = " and ".join(
        f"{feature.table}.{feature.name} {test} {value}"
        for feature, (_, test, value) in zip(rule_features, rules, strict=True)
    )
    parties = ", ".join(f"'{code}'" for code in model.party_types)
    return f"""
        select base.customer_key, base.as_of_date
        from indicators.{BASE} as base
        inner join customer.dim_customer as party on party.customer_key = base.customer_key
        {_joins("base", rule_features)}
        where {conditions} and party.party_type_code in ({parties})
    """


def stream(
    con: duckdb.DuckDBPyConnection, wanted: str, features: list[Feature]
) -> Iterator[tuple[pa.RecordBatch, np.ndarray]]:
    """Yield (wanted columns, matrix) per batch, in no particular order.

    Args:
        con: Connection to the warehouse.
        wanted: Table or subquery with `customer_key`, `as_of_date` and whatever the caller needs.
        features: Columns of the matrix, in this order.
    """
    columns = "".join(f", {feature.table}.{feature.name}" for feature in features)
    queries = (
        f"select wanted.*{columns} from {wanted} as wanted {_joins('wanted', features, keys)}"
        f" where {keys.format('wanted')}"
        for keys in _ranges(con, wanted)
    )
    for batch in chain.from_iterable(con.sql(q).to_arrow_reader(BATCH_ROWS) for q in queries):
        width = batch.num_columns - len(features)
        # seven digits: parallel sums of doubles differ in the last bits from build to build, and
        # that must make neither a new model nor a new score
        # column by column, as the batch comes and as trees read: six times as fast as by row
        matrix = np.empty((batch.num_rows, len(features)), np.float32, order="F")
        for position in range(len(features)):
            matrix[:, position] = batch.column(width + position).to_numpy(zero_copy_only=False)
        matrix[~np.isfinite(matrix)] = np.nan
        yield batch.select(range(width)), matrix.astype(np.float64)


def matrix(
    con: duckdb.DuckDBPyConnection, wanted: str, features: list[Feature], rows: int
) -> np.ndarray:
    """Return the whole matrix of a relation whose `row_id` counts from 0 to `rows` - 1."""
    result = np.full((rows, len(features)), np.nan, order="F")
    for batch, values in stream(con, wanted, features):
        result[batch.column("row_id").to_numpy()] = values
    return result


def _ranges(con: duckdb.DuckDBPyConnection, wanted: str) -> Iterator[str]:
    """Yield conditions on the customer key of a table to be named, a part of the rows each."""
    after, rows = "true", con.sql(f"select count(*) from {wanted}").fetchone()[0]
    if rows > JOINED_ROWS:
        parts = -(-rows // JOINED_ROWS)
        borders = con.sql(
            f"select quantile_disc(customer_key, $shares::double[]) from {wanted}",
            params={"shares": [part / parts for part in range(1, parts)]},
        ).fetchone()[0]
        for border in borders:
            yield f"{after} and {{0}}.customer_key <= {quoted(border)}"
            after = f"{{0}}.customer_key > {quoted(border)}"
    yield after


def _joins(base: str, features: Iterable[Feature], keys: str = "true") -> str:
    tables = sorted({feature.table for feature in features})
    return " ".join(
        f"left join indicators.{table} on {table}.customer_key = {base}.customer_key "
        f"and {table}.as_of_date = {base}.as_of_date and {keys.format(table)}"
        for table in tables
    )
