"""A small healthy warehouse and lake that every gate finds green; tests then spoil it with SQL.

Nothing here runs dbt: tables have the columns the gates look at, and marts those of their
contracts. What does not belong here: what must hold of it.
"""

import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import yaml
from gate_records import (
    AS_OF,
    BEFORE,
    CUSTOMERS,
    FACTS,
    INDICATORS,
    KEY,
    MODEL,
    OFFER,
    PEOPLE,
    USERS,
    account,
    bill,
    customer,
    subscription,
    usage,
)
from tiny_lake import TinyLake

from expectations.results import GateResult
from warehouse.publication.mart_contract import MODELS, load_marts
from warehouse.settings import Settings


class GateWorld:
    """A RAPPORT_HOME whose gates are green until `sql` or `deliver` changes it."""

    def __init__(self, home: Path) -> None:
        """Make lake, warehouse and a champion for one offer."""
        self.lake = TinyLake(home)
        self.settings: Settings = self.lake.settings
        _deliver(self.lake)
        with duckdb.connect(str(self.settings.warehouse_file)) as con:
            for schema in (
                "customer",
                "facts",
                "indicators",
                "segments",
                "campaigns",
                "marts",
                "dq",
            ):
                con.execute(f"create schema {schema}")
            con.execute(
                f"create table people as select i, {KEY} as customer_key from range({PEOPLE}) t(i)"
            )
            for statement in CUSTOMERS + FACTS + INDICATORS:
                con.execute(statement)
            _scores(con, self.settings.lake)
            _marts(con, self.settings.lake)
        champion = self.settings.models / OFFER / "champion.json"
        champion.parent.mkdir(parents=True)
        champion.write_text(json.dumps({"version": MODEL}))

    def copy(self, home: Path) -> "GateWorld":
        """The same world in another folder, to be spoiled there."""
        shutil.copytree(self.settings.home, home, symlinks=True)
        world = object.__new__(GateWorld)
        world.settings = Settings(home=home)
        return world

    def sql(self, *statements: str) -> None:
        """Change the warehouse."""
        with duckdb.connect(str(self.settings.warehouse_file)) as con:
            for statement in statements:
                con.execute(statement)

    def rewrite(self, pattern: str, query: str) -> None:
        """Replace Parquet files of the lake by a query over themselves, called `rows`."""
        for path in self.settings.lake.glob(pattern):
            with duckdb.connect() as con:
                con.execute(
                    f"create table rows as from read_parquet('{path}', hive_partitioning = false)"
                )
                con.execute(f"copy ({query}) to '{path}' (format parquet)")


def critical(result: GateResult) -> set[tuple[str, str]]:
    """The critical checks of a stage that failed, by table and name."""
    return {(c.table, c.name) for c in result.checks if not c.passed and c.severity == "critical"}


def on(table: str, *names: str) -> set[tuple[str, str]]:
    """Checks of one table, as `critical` names them."""
    return {(table, name) for name in names}


def _deliver(lake: TinyLake) -> None:
    """Two deliveries of what makes a customer, one of bills, five like weekdays of usage."""
    people = range(PEOPLE)
    for day, file_id in ((BEFORE, "old"), (AS_OF, "new")):
        known = [i for i in people if (i % 2 == 0) == (file_id == "old")]
        lake.deliver("crm/customers", day, f"customers-{file_id}", [customer(i) for i in known])
        lake.deliver("boss/accounts", day, f"accounts-{file_id}", [account(i) for i in known])
        lake.deliver("boss/subscriptions", day, f"subs-{file_id}", [subscription(i) for i in known])
    lake.deliver("boss/bills", AS_OF, "bills", [bill(i) for i in people])
    days = [AS_OF - timedelta(weeks=back) for back in range(5)]
    earlier = [usage(i, day) for day in days[1:] for i in range(USERS)]
    lake.deliver("boss/usage_days", BEFORE, "usage-old", earlier)
    lake.deliver("boss/usage_days", AS_OF, "usage-new", [usage(i, AS_OF) for i in range(USERS)])
    lake.audit(AS_OF)


def _scores(con: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Scores of the active customers, best first, and a hold-out that came as predicted."""
    scores = lake / "scores" / OFFER / f"as_of_date={AS_OF}"
    evaluation = lake / "scores_evaluation" / OFFER
    scores.mkdir(parents=True)
    evaluation.mkdir(parents=True)
    con.execute(f"""copy (select '{OFFER}' as offer_code, 'up_sell' as objective_code, customer_key,
        date '{AS_OF}' as as_of_date, p as p_response, p as p_raw,
        ntile(10) over (order by p desc)::int as decile,
        row_number() over (order by p desc) as score_rank, '{MODEL}' as model_version,
        'behaviour' as method_code from (select customer_key, 0.2 - i / 2000.0 as p
        from people where i % 10 <> 0)) to '{scores}/scores.parquet' (format parquet)""")
    con.execute(f"""copy (select '{OFFER}' as offer_code, '{MODEL}' as model_version,
        (i + 1)::int as decile, 100::bigint as customers_count,
        0.2 - i / 100.0 as mean_predicted_share, 0.19 - i / 100.0 as observed_share, 1.5 as lift,
        0.7 as auc, 0.1 as brier_score, 0.01 as calibration_error,
        date '2026-08-01' as window_from,
        date '2026-09-30' as window_to, 'time' as holdout_kind from range(10) t(i))
        to '{evaluation}/evaluation.parquet' (format parquet)""")
    monitoring = lake / "scores_monitoring" / OFFER
    monitoring.mkdir(parents=True)
    con.execute(f"""copy (select '{OFFER}' as offer_code, '{MODEL}' as model_version,
        date '{AS_OF}' - (30 + 7 * i)::int as week_date, date '{AS_OF}' as as_of_date,
        date '{AS_OF}' - (30 + 7 * i)::int as scored_as_of_date,
        900::bigint as matured_count, 90::bigint as positives_count, 0.11 as predicted_share,
        0.1 as observed_share, -0.01 as gap_share, -0.02 as gap_ci_low_share,
        0.01 as gap_ci_high_share, 0.7 as auc, 0.6 as auc_ci_low, 0.8 as auc_ci_high,
        'ok' as state_code from range(2) t(i))
        to '{monitoring}/monitoring.parquet' (format parquet)""")
    _clusters(con, lake / "clusters" / "consumers")
    con.execute(f"""copy (select customer_key, date '{AS_OF}' as as_of_date, 0.9 as alive_share,
        1.5 as expected_purchases_90d, 80.0 as expected_purchase_yuan from people)
        to '{lake}/value/purchases.parquet' (format parquet)""")
    con.execute(f"""copy (from (values (date '{BEFORE}'), (date '{AS_OF}')) t(as_of_date))
        to '{lake}/audit/snapshots.parquet' (format parquet)""")


def _clusters(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Two clusters with a card each; of the first customer too little is known."""
    folder.mkdir(parents=True)
    con.execute(f"""copy (select 'consumers' as clustering_code, '{MODEL}' as clustering_version,
        (case when i > 0 then 1 + i % 2 end)::int as cluster_number, customer_key,
        date '{AS_OF}' as as_of_date,
        case when i > 0 then 'nearest_centre' else 'too_little_known' end as rule_code
        from people) to '{folder}/members.parquet' (format parquet)""")
    con.execute(f"""copy (select 'consumers' as clustering_code, '{MODEL}' as clustering_version,
        i::int as cluster_number from range(1, 3) t(i))
        to '{folder}/cards.parquet' (format parquet)""")


def _marts(con: duckdb.DuckDBPyConnection, lake: Path) -> None:
    """Every mart with the columns of its contract, blank but for what the gate compares."""
    types = _types()
    filled = {
        "mart_customer_360": f"""select customer_key, 30.10 as billed_yuan_lifetime,
            date '{AS_OF}' as as_of_date, i % 10 <> 0 as is_active from people""",
        "mart_indicator_summary": f"""select date '{AS_OF}' as as_of_date, 'all' as scheme_code,
            'all' as segment_code, indicator_code, false as is_suppressed,
            {PEOPLE} as customers_count, 1.0 as share_of_total from marts.dim_indicator""",
        "mart_file_accounting": """select file_id, source_name, table_name, business_date,
            'loaded' as state_code, records_in as records_in_count,
            loaded as loaded_count, 0 as quarantined_count, 0 as deduplicated_count,
            0 as superseded_count from accounting""",
        "mart_campaign_propensity": """select * exclude (p_raw, objective_code),
            false as is_stale, false as is_taken from scores
            anti join campaigns.cmp_suppression using (customer_key)""",
        "mart_propensity_evaluation": "select * from evaluation",
        "mart_campaign_review": "select 'K1' as campaign_id, 'treatment' as arm_code",
        "dim_date": f"select date '{AS_OF}' as calendar_date",
        "dim_indicator": "select * from catalogue",
    }
    con.execute("create temp table catalogue as from marts.dim_indicator")
    for name, path in {
        "accounting": "audit/file_accounting.parquet",
        "scores": f"scores/{OFFER}/*/scores.parquet",
        "evaluation": f"scores_evaluation/{OFFER}/evaluation.parquet",
    }.items():
        con.execute(
            f"create temp view {name} as"
            f" from read_parquet('{lake}/{path}', hive_partitioning = false)"
        )
    for name, mart in load_marts().items():
        columns = ", ".join(f'"{column}" {kind}' for column, kind in types[name].items())
        con.execute(f"create or replace table {mart.schema}.{name} ({columns})")
        rows = f"by name {filled[name]}" if name in filled else "default values"
        con.execute(f"insert into {mart.schema}.{name} {rows}")


def _types() -> dict[str, dict[str, str]]:
    """Column types of every model that declares them."""
    return {
        node["name"]: {c["name"]: c["data_type"] for c in node["columns"] if "data_type" in c}
        for path in MODELS.rglob("*.yml")
        for node in (yaml.safe_load(path.read_text()).get("models") or [])
        if "columns" in node
    }
