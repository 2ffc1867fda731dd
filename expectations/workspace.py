"""What a gate looks at: lake files and warehouse tables, as views of a throw-away database.

The warehouse file is attached read-only and let go afterwards, so that dbt can write to it next;
the raw gate does not touch it at all. What does not belong here: checks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb

from ml.registry import declaration, offers
from warehouse.contract import TableContract, load_contracts
from warehouse.layouts.scores import scores_file
from warehouse.publication.mart_contract import Mart, load_marts
from warehouse.settings import Settings

NEVER = date(1900, 1, 1)
"""Partition of the empty, typed files that keep the globs valid before a first delivery."""
LAKE_TABLES = {
    "run_context": "audit/run_context.parquet",
    "snapshots": "audit/snapshots.parquet",
    "file_accounting": "audit/file_accounting.parquet",
    "findings": "audit/findings.parquet",
    "scores": "scores/*/*/scores.parquet",
    "scores_evaluation": "scores_evaluation/*/evaluation.parquet",
    "scores_monitoring": "scores_monitoring/*/monitoring.parquet",
    "effects__uplift": "effects/uplift.parquet",
    "value__purchases": "value/purchases.parquet",
    "clusters__members": "clusters/*/members.parquet",
    "clusters__cards": "clusters/*/cards.parquet",
}
SCHEMAS = ("customer", "facts", "indicators", "segments", "learnt", "campaigns", "marts", "dq")


class Indicator(NamedTuple):
    """What a gate must know of an indicator; the catalogue holds the rest."""

    name: str
    unit: str
    window_days: int


class Offer(NamedTuple):
    """What a gate must know of a declared model."""

    name: str
    is_scored: bool
    party_types: tuple[str, ...] = ("C",)
    method: str = "behaviour"
    rules: tuple[tuple[str, str, str], ...] = ()
    """The population: indicator, comparison, number."""


@dataclass(frozen=True)
class World:
    """What the declarations of a stage may depend on."""

    as_of: date
    contracts: Mapping[tuple[str, str], TableContract] = field(default_factory=dict)
    deliveries: Mapping[tuple[str, str], tuple[date, ...]] = field(default_factory=dict)
    """Business dates in the lake per raw table, ascending."""
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns per `schema.table` of the warehouse."""
    text_columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """The varchar columns among them."""
    indicators: Mapping[str, tuple[Indicator, ...]] = field(default_factory=dict)
    """The catalogue, by table."""
    offers: tuple[Offer, ...] = ()
    marts: Mapping[str, Mart] = field(default_factory=dict)
    k_anonymity: int = 20


def look(settings: Settings, stage: str, as_of: date | None = None) -> World:
    """See what there is; without `as_of` it is the newest business date in the lake."""
    contracts = load_contracts()
    deliveries = {key: _business_dates(settings, *key) for key in contracts}
    newest = max((dates[-1] for dates in deliveries.values() if dates), default=NEVER)
    columns: dict[str, tuple[str, ...]] = {}
    text_columns: dict[str, tuple[str, ...]] = {}
    indicators: dict[str, list[Indicator]] = {}
    if stage != "raw":
        with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
            for table, names, text in con.execute(COLUMNS).fetchall():
                columns[table], text_columns[table] = tuple(names), tuple(text or ())
            if "marts.dim_indicator" in columns:
                for table, *entry in con.execute(CATALOGUE).fetchall():
                    indicators.setdefault(table, []).append(Indicator(*entry))
    return World(
        as_of=as_of or newest,
        contracts=contracts,
        deliveries=deliveries,
        columns=columns,
        text_columns=text_columns,
        indicators={table: tuple(entries) for table, entries in indicators.items()},
        offers=tuple(_offer(settings, name, as_of or newest) for name in offers()),
        marts=load_marts(),
        k_anonymity=settings.k_anonymity,
    )


COLUMNS = """
    select
        schema_name || '.' || table_name,
        list(column_name order by column_index),
        list(column_name order by column_index) filter (data_type = 'VARCHAR')
    from duckdb_columns()
    where not internal
    group by all order by all
"""
CATALOGUE = """
    select table_name, indicator_name, unit_code, window_days
    from marts.dim_indicator
    where indicator_code is not null
    order by indicator_code
"""


def of_customers(world: World, table: str) -> str:
    """SQL of a table's rows of the day, and of each whether its customer `is_known`."""
    return f"""select of_day.*, customer.customer_key is not null as is_known
            from {table} as of_day
            left join customer.dim_customer as customer using (customer_key)
            where as_of_date = date '{world.as_of}'"""


def statements(settings: Settings, stage: str) -> list[str]:
    """SQL that makes the throw-away database: limits, views of the lake and of the warehouse."""
    made = [
        f"set threads = {settings.threads}",
        f"set memory_limit = {_text(settings.memory_limit)}",
        f"set temp_directory = {_text(settings.home / 'tmp')}",
        "set autoinstall_known_extensions = false",
        "create schema if not exists lake",
    ]
    lake = dict(LAKE_TABLES)
    for source, table in load_contracts():
        lake[f"{source}__{table}"] = f"raw/{source}/{table}/*/*.parquet"
    for name, pattern in lake.items():
        if any(settings.lake.glob(pattern)):
            partitioned = "true" if pattern.startswith("raw/") else "false"
            made.append(
                f"create or replace view lake.{name} as select * from read_parquet("
                f"{_text(settings.lake / pattern)}, hive_partitioning = {partitioned})"
            )
    if stage != "raw":
        made.append(f"attach {_text(settings.warehouse_file)} as warehouse (read_only)")
        made.extend(_warehouse_views(settings))
    return made


def _warehouse_views(settings: Settings) -> list[str]:
    """The warehouse's tables under their own names, whatever the connection's current database."""
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        tables = con.execute(
            "select schema_name, table_name from duckdb_tables() where not internal order by all"
        ).fetchall()
    made = [f"create schema if not exists {schema}" for schema in SCHEMAS]
    for schema, table in tables:
        if schema in SCHEMAS:
            made.append(
                f'create or replace view {schema}."{table}" as'
                f' select * from warehouse.{schema}."{table}"'
            )
    return made


def _offer(settings: Settings, name: str, as_of: date) -> Offer:
    model = declaration(name)
    is_scored = scores_file(settings.lake, name, as_of).exists()
    return Offer(name, is_scored, model.party_types, model.method, tuple(model.rules()))


def _business_dates(settings: Settings, source: str, table: str) -> tuple[date, ...]:
    folders = (settings.lake / "raw" / source / table).glob("business_date=*")
    found = {date.fromisoformat(folder.name.partition("=")[2]) for folder in folders}
    return tuple(sorted(found - {NEVER}))


def _text(value: str | Path) -> str:
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
