"""A small healthy warehouse and lake that every gate finds green; tests then spoil it with SQL.

Nothing here runs dbt: tables have the columns the gates look at, and marts those of their
contracts. What does not belong here: assertions.
"""

import json
import shutil
from datetime import date, timedelta
from pathlib import Path

import duckdb
import yaml
from tiny_lake import TinyLake

from warehouse.publication.mart_contract import MODELS, load_marts
from warehouse.settings import Settings

AS_OF = date(2026, 11, 7)
BEFORE = date(2026, 10, 31)
PEOPLE = 300
USERS = 220
"""Enough rows a day for the gates to judge its volume."""
OFFER = "churn"
MODEL = "0123456789abcdef"
SEEDS = MODELS.parent / "seeds"
KEY = "substr(translate(md5(i::varchar), '0189', 'ghij'), 1, 12)"
"""A customer key of the right length, from a number."""


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


def customer(i: int) -> dict:
    return {
        "customer_id": f"C{i}",
        "party_type_code": "C",
        "customer_name_token": f"name{i}",
        "birth_date": date(1980, 1, 1),
        "sex_code": "F",
        "region_code": "110100",
        "registered_at": date(2024, 5, 1),
        "status_code": "active",
    }


def account(i: int) -> dict:
    return {
        "account_id": f"A{i}",
        "crm_customer_id": f"C{i}",
        "account_type_code": "postpaid",
        "opened_date": date(2024, 5, 1),
        "status_code": "open",
    }


def subscription(i: int) -> dict:
    return {
        "subscription_id": f"S{i}",
        "account_id": f"A{i}",
        "product_id": "P1",
        "monthly_fee_yuan": "30.00",
        "started_date": date(2024, 5, 1),
        "status_code": "active",
    }


def bill(i: int) -> dict:
    return {
        "bill_line_id": f"L{i}",
        "bill_id": f"B{i}",
        "account_id": f"A{i}",
        "item_code": "monthly_fee",
        "amount_yuan": "30.10",
        "billed_date": AS_OF,
        "_event_date": AS_OF,
    }


def usage(i: int, day: date) -> dict:
    return {
        "subscription_id": f"S{i}",
        "usage_date": day,
        "call_minutes": 5.0,
        "data_mb": 100.0 + i,
        "_event_date": day,
    }


CUSTOMERS = (
    """create table customer.dim_customer as select customer_key, 'C' as party_type_code,
    date '1980-01-01' as birth_date, '110100' as region_code, 1 as crm_record_count,
    date '2024-05-01' as first_seen_date, true as has_crm from people""",
    """create table customer.dim_customer_history as select customer_key,
    date '2024-05-01' as valid_from, date '9999-12-31' as valid_to, true as is_current
    from people""",
    """create table customer.dim_account as select 'A' || i as account_id, customer_key,
    date '2024-05-01' as opened_date, null::date as closed_date from people""",
    """create table customer.dim_subscription as select 'S' || i as subscription_id, customer_key,
    'voice' as family_code, 30.0 as monthly_fee_yuan, date '2024-05-01' as started_date,
    null::date as ended_date from people""",
    """create table customer.dq_name_quality as select customer_key, 1 as severity_level,
    'homophone' as rule_code, i = 5 as is_resolved from people where i in (5, 6, 7)""",
    """create table campaigns.cmp_suppression as select customer_key,
    'name_unresolved' as suppression_code from people where i in (6, 7)""",
)
FACTS = (
    f"""create table facts.fct_bill_line as select 'L' || i as bill_line_id,
    'A' || i as account_id, 30.10::decimal(12, 2) as amount_yuan, date '{AS_OF}' as billed_date
    from people""",
    f"""create table facts.fct_usage_day as select 'S' || i as subscription_id,
    date '{AS_OF}' - 7 * back::int as usage_date, 100.0 + i as data_mb
    from people, range(5) weeks(back) where i < {USERS}""",
    """create table facts.fct_payment (paid_date date, amount_yuan decimal(12, 2))""",
    """create table facts.fct_balance_day (balance_date date, inflow_yuan decimal(14, 2),
    outflow_yuan decimal(14, 2))""",
    """create table facts.fct_order (order_date date, amount_yuan decimal(12, 2))""",
    *(
        f"create table facts.fct_{name} (id varchar)"
        for name in ("page_view", "login", "contact", "complaint", "survey", "campaign_member")
    ),
)
INDICATORS = (
    f"""create table indicators.ind_service as select customer_key, as_of_date,
    (i % 10 <> 0)::double as is_active, (i % 4)::double as active_services_count,
    (i % 5 / 4.0)::double as fee_focus_share
    from people, (values (date '{BEFORE}'), (date '{AS_OF}')) days(as_of_date)""",
    f"""create table indicators.ind_value as select customer_key, as_of_date,
    100.0::double + i as billed_yuan_90d, -0.5::double as billed_growth_share_90d
    from people, (values (date '{BEFORE}'), (date '{AS_OF}')) days(as_of_date)""",
    """create table marts.dim_indicator as from (values
    (201001000, 'is_active', 'ind_service', 'flag', 0),
    (201002400, 'active_services_count', 'ind_service', 'count', 0),
    (201032100, 'fee_focus_share', 'ind_service', 'share', 0),
    (301001209, 'billed_yuan_90d', 'ind_value', 'yuan', 90),
    (301002109, 'billed_growth_share_90d', 'ind_value', 'share', 90)
    ) t(indicator_code, indicator_name, table_name, unit_code, window_days)""",
    f"create table customer.alert_policy as from read_csv('{SEEDS / 'alert_policy.csv'}')",
    f"""create table segments.seg_age_band as select customer_key, '35+' as segment_code,
    date '{AS_OF}' as as_of_date from people""",
)


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
    _clusters(con, lake / "clusters" / "consumers")
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
        "mart_campaign_propensity": """select * exclude (p_raw, objective_code) from scores
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
