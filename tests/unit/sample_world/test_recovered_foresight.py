"""That money which comes in abnormally foretells a wealth purchase, to the offer's own model.

The product's indicators, label, split and fit run on facts made from the exported files, once with
the inflow indicators and once without. What does not belong here: how often who buys after a shock
(test_planted_spending.py), and alarms of the day (test_abnormal_change.py).
"""

from datetime import date, timedelta

import numpy as np
import pytest
from living_lake import Living
from sklearn.metrics import average_precision_score

from ml import bootstrap, features, labels, screening, split, tuning
from ml.features import Feature
from ml.models.wealth import MODEL
from ml.split import BLOCKS
from warehouse.engine import dbt_runner
from warehouse.indicators import registry

AS_OF = date(2026, 11, 7)
INFLOW = {"inflow_yuan_30d", "inflow_yuan_90d", "largest_inflow_yuan_90d"}
TABLES = {"ind_service", "ind_balance"}
"""What the customer holds, and what his or her money does: most of what the offer's model sees."""
DRAWS = 200
FACTS = """
    create schema warehouse.customer;
    create schema warehouse.facts;
    create schema warehouse.indicators;
    create table warehouse.customer.int_customer_xref as
        select source_name, entity, source_id, cast(person as varchar) as customer_key
        from identity where entity = 'account';
    create table warehouse.customer.dim_customer as
        select distinct cast(person as varchar) as customer_key, party_type_code from identity;
    create table warehouse.customer.dim_subscription_history as
        select subscription_id, any_value(account_id) as account_id,
            any_value(customer_key) as customer_key, any_value(product_id) as product_id,
            any_value(catalogue.family_code) as family_code,
            any_value(contract_months) as contract_months,
            any_value(catalogue.monthly_fee_yuan) as monthly_fee_yuan, 0.00 as monthly_cost_yuan,
            min(started_date) as started_date, arg_max(ended_date, filename) as ended_date,
            min(started_date) as valid_from, date '9999-12-31' as valid_to
        from subscriptions join warehouse.customer.int_customer_xref on account_id = source_id
            join catalogue using (product_id)
        group by subscription_id
        qualify bool_or(any_value(catalogue.family_code) = 'wallet')
            over (partition by any_value(customer_key));
    create table warehouse.customer.dim_subscription as
        from warehouse.customer.dim_subscription_history;
    create table warehouse.facts.fct_balance_day as
        select account_id, balance_date, balance_yuan, inflow_yuan, outflow_yuan from balances;
    create table warehouse.indicators.int_customer_snapshot as
        select customer_key, as_of_date, bool_or(family_code = 'wallet') as has_wallet,
            '' as _version
        from warehouse.customer.dim_subscription
            join (select unnest($month_ends) as as_of_date) on started_date <= as_of_date
        group by customer_key, as_of_date;
"""
MODELS = (
    "int_event_period int_snapshot_period int_balance_span ind_balance"
    " int_subscription_snapshot ind_service"
)


@pytest.fixture(scope="module")
def offer(con, tmp_path_factory) -> tuple[split.TrainingSet, list[Feature]]:
    """Rows of the wealth offer as its fit would see them, and the features it would keep."""
    lake = Living(tmp_path_factory.mktemp("foresight"))
    days = [day for (day,) in con.execute("select distinct balance_date from balances").fetchall()]
    for day in days:
        lake.days["boss", "account_balance_days", day].add("file")
    month_ends = [day for day in days if (day + timedelta(days=1)).day == 1]
    lake.snapshots(dict.fromkeys(month_ends, "v"))
    con.execute(f"attach '{lake.settings.warehouse_file}' as warehouse")
    for statement in FACTS.split(";\n"):
        con.execute(statement, {"month_ends": month_ends} if "$month_ends" in statement else None)
    con.execute("detach warehouse")
    built = ["build", "--resource-type", "model", "--select", *MODELS.split()]
    assert dbt_runner.select(lake.settings, built)
    declared = registry.declared(dbt_runner.PROJECT).values()
    known = {e.name: Feature(e.name, e.table, e.code) for e in declared if e.table in TABLES}
    chosen = features.chosen(known, MODEL)
    with features.connect(lake.settings) as warehouse:
        labels.make_outcomes(warehouse, MODEL, features.population(known, MODEL), AS_OF)
        data = split.training_set(warehouse, MODEL, split.plan(warehouse), chosen)
    left_out = screening.left_out(data, chosen)
    return data, [feature for feature in chosen if feature.name not in left_out]


def scores(data: split.TrainingSet, kept: list[Feature]) -> np.ndarray:
    """Scores of the hold-out by a model fitted as every offer's is."""
    seen = data.only(kept)
    fitted, _ = tuning.fit(seen, MODEL.seed, features.signs(kept, MODEL))
    return fitted.raw(seen.of("test")[0])


def test_inflows_raise_the_average_precision_of_the_wealth_offer_beyond_chance(offer):
    data, kept = offer
    assert {feature.name for feature in kept} >= INFLOW
    label, block = data.of("test")[1], data.block[data.rows("test")]
    with_inflow = scores(data, kept)
    without = scores(data, [feature for feature in kept if feature.name not in INFLOW])
    # both models meet the same customers, drawn again and again
    gains = [
        average_precision_score(label, with_inflow, sample_weight=times[block])
        - average_precision_score(label, without, sample_weight=times[block])
        for times in bootstrap.draws(BLOCKS)[:DRAWS]
    ]
    low, _ = np.quantile(gains, [0.025, 0.975])
    assert low > 0
