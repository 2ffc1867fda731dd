"""A small warehouse with a known truth, for the tests of `ml/`.

Holds what the models read and nothing more. The probability behind every outcome is known, so a
test can compute the best figures any model could reach. What does not belong here: assertions.
"""

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from warehouse.settings import Settings

AS_OF = date(2026, 11, 7)
MONTH_ENDS = [date(2025, 10, 31), date(2025, 11, 30), date(2025, 12, 31)] + [
    date(2026, month + 1, 1) - timedelta(days=1) for month in range(1, 11)
]
INDICATORS = {
    "ind_service": ["is_active", "tenure_days", "holds_fibre"],
    "ind_usage": ["data_mb_30d", "call_minutes_30d", "roaming_30d"],
    "ind_web": ["cart_views_30d", "dwell_90d", "all_missing", "constant"],
}
FLAGS = {"is_active", "holds_fibre", "constant"}
CATALOGUED = "marts.dim_indicator (indicator_code, indicator_name, table_name)"
TABLES = """
    create schema indicators;
    create schema marts;
    create schema customer;
    create schema facts;
    create schema analysis;
    create table analysis.int_product_method (
        product_id varchar, family_code varchar, is_new boolean, handed_over_date date);
    create table marts.dim_indicator (
        indicator_code integer, indicator_name varchar, table_name varchar,
        direction_code varchar default 'neutral', is_sensitive boolean default false,
        label_en varchar default 'Label', label_zh varchar default '名称');
    create table customer.dim_customer (customer_key varchar, party_type_code varchar);
    create table customer.int_customer_xref (
        source_name varchar, entity varchar, source_id varchar, customer_key varchar);
    create table customer.dim_product (product_id varchar, family_code varchar);
    create table customer.dim_campaign (
        campaign_id varchar, objective_code varchar, offer_product_id varchar);
    create table customer.dim_subscription (
        customer_key varchar, family_code varchar, started_date date, ended_date date,
        product_id varchar);
    create table facts.fct_campaign_member (
        campaign_id varchar, crm_customer_id varchar, arm_code varchar, assigned_date date);
    create table facts.fct_contact (
        campaign_id varchar, crm_customer_id varchar, direction_code varchar,
        contact_date date, outcome_code varchar);
"""


@dataclass(frozen=True)
class World:
    """Settings of the warehouse, and the true probability of each outcome by (customer, anchor)."""

    settings: Settings
    truth: dict[tuple[str, date], float]

    def copied(self, home: Path) -> Settings:
        """The same installation in another folder, to be changed there."""
        shutil.copytree(self.settings.home, home)
        return Settings(home=home)

    def open(self) -> duckdb.DuckDBPyConnection:
        """Open the warehouse to change it."""
        return duckdb.connect(str(self.settings.warehouse_file))


def empty(home: Path) -> World:
    """Make a warehouse with the tables the models read and the catalogue, without any customer."""
    home.mkdir(parents=True, exist_ok=True)
    world = World(Settings(home=home), {})
    with world.open() as con:
        con.execute(TABLES)
        for subject, (table, names) in enumerate(INDICATORS.items(), start=1):
            columns = ", ".join(f"{name} double" for name in names)
            con.execute(
                f"create table indicators.{table} "
                f"(customer_key varchar, as_of_date date, {columns})"
            )
            catalogue = [
                (subject * 1_000_000 + place * 1000 + (0 if name in FLAGS else 400), name, table)
                for place, name in enumerate(names)
            ]
            con.executemany(f"insert into {CATALOGUED} values (?, ?, ?)", catalogue)
    return world


def build(
    home: Path,
    customers: int = 1500,
    months: int = 12,
    seed: int = 1,
    outcome: str = "planted",
    leak: str | None = None,
    leak_noise: float = 0.1,
) -> World:
    """Make a warehouse whose fibre campaigns, one a month, follow a known logistic truth.

    Args:
        home: Becomes RAPPORT_HOME.
        customers: How many; a tenth are businesses, a tenth hold nothing.
        months: Number of month-end snapshots; the snapshot of AS_OF is always there.
        seed: Of everything random.
        outcome: `planted` follows the truth; `none`, `all` and `three` (sales) do not.
        leak: Name of an indicator to be filled from the future.
        leak_noise: How much hides it; the outcome itself is 0 or 1.
    """
    world, rng = empty(home), np.random.default_rng(seed)
    keys = np.array([f"c{number:011d}" for number in rng.permutation(customers)])
    party = np.where(rng.random(customers) < 0.1, "B", "C")
    active = (rng.random(customers) < 0.9).astype(float)
    treated = np.arange(customers) % 5 > 0
    with world.open() as con:
        _insert(con, "customer.dim_customer", keys, party)
        crm = np.char.add("crm-", keys)
        _insert(con, "customer.int_customer_xref", "crm", "customer", crm, keys)
        con.execute("insert into customer.dim_product values ('P-F', 'fibre')")
        for day in [*MONTH_ENDS[-months:], AS_OF]:
            seen = _snapshot(rng, customers, active)
            if day != AS_OF:
                p = _truth(seen)
                sold = _sold(rng, outcome, p, is_first=day == MONTH_ENDS[-months])
                if leak:
                    seen[leak] = sold + leak_noise * rng.normal(size=customers)
                campaign, contacted = f"F-{day:%Y%m}", day + timedelta(days=6)
                world.truth.update(zip(((key, contacted) for key in keys), p, strict=True))
                con.execute(
                    "insert into customer.dim_campaign values (?, 'up_sell', 'P-F')", [campaign]
                )
                arm, assigned = np.where(treated, "treatment", "control"), day + timedelta(days=2)
                _insert(con, "facts.fct_campaign_member", campaign, crm, arm, assigned)
                code = np.where(sold, "accepted", "refused")[treated]
                _insert(
                    con, "facts.fct_contact", campaign, crm[treated], "outbound", contacted, code
                )
            for table, names in INDICATORS.items():
                columns = [pa.array(seen[name], mask=np.isnan(seen[name])) for name in names]
                _insert(con, f"indicators.{table}", keys, day, *columns)
    return world


def _snapshot(
    rng: np.random.Generator, customers: int, active: np.ndarray
) -> dict[str, np.ndarray]:
    unseen = rng.random(customers) < 0.4
    return {
        "is_active": active,
        "tenure_days": rng.integers(10, 3000, customers).astype(float),
        "holds_fibre": (rng.random(customers) < 0.3).astype(float),
        "data_mb_30d": rng.normal(size=customers),
        "call_minutes_30d": rng.normal(size=customers),
        "roaming_30d": rng.normal(size=customers),
        "cart_views_30d": rng.poisson(0.7, customers).astype(float),
        "dwell_90d": np.where(unseen, np.nan, rng.exponential(9, customers)),
        "all_missing": np.full(customers, np.nan),
        "constant": np.ones(customers),
    }


def _truth(seen: dict[str, np.ndarray]) -> np.ndarray:
    score = 1.1 * seen["data_mb_30d"] - 0.8 * seen["call_minutes_30d"]
    return 1 / (1 + np.exp(1.5 - score - 0.5 * seen["cart_views_30d"]))


def _sold(rng: np.random.Generator, outcome: str, p: np.ndarray, is_first: bool) -> np.ndarray:
    return {
        "planted": rng.random(len(p)) < p,
        "none": np.zeros(len(p), bool),
        "all": np.ones(len(p), bool),
        "three": np.arange(len(p)) < (4 if is_first else 0),
    }[outcome]


def _insert(con: duckdb.DuckDBPyConnection, table: str, *columns: object) -> None:
    """Append columns in the table's order; a single value is repeated."""
    rows = max(len(column) for column in columns if isinstance(column, np.ndarray | pa.Array))
    filled = [
        pa.array(column)
        if isinstance(column, np.ndarray | pa.Array)
        else pa.repeat(pa.scalar(column), rows)
        for column in columns
    ]
    frame = pa.table(filled, names=[f"c{place}" for place in range(len(filled))])  # noqa: F841
    con.execute(f"insert into {table} select * from frame")
