"""The unchanged pipeline on public telco data: joined, equal to the cent, an honest churn model.

The figures compared with are counted here from the public files themselves. The baseline a simple
model reaches on these data by cross-validation is an AUC of .845 (the data's own notes).
"""

import json
import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.installation import Installation
from tests.real import telco
from warehouse.settings import CHECKOUT

DATA = Path(os.environ.get("RAPPORT_REAL_DATA", CHECKOUT.parent / "shared" / "data"))

pytestmark = pytest.mark.skipif(
    not (DATA / "telco_ibm").exists(), reason=f"no public data at {DATA}"
)


@pytest.fixture(scope="module")
def public():
    return telco.read(DATA)


@pytest.fixture(scope="module")
def installation(public, tmp_path_factory):
    installation = Installation(tmp_path_factory.mktemp("telco"))
    telco.write_exports(*public, installation.home / "landing")
    ended = installation.run()
    assert ended.is_green, ended.lines
    return installation


@pytest.fixture(scope="module")
def marts(installation):
    with duckdb.connect(installation.current / "marts.duckdb", read_only=True) as con:
        yield con


def test_every_customer_is_one_customer_of_both_systems(installation, public, marts):
    plain, extended = public
    assert set(plain["customerID"]) == set(extended["CustomerID"])
    joined = duckdb.sql(f"""
        select count(*) filter (where systems = 2), count(*)
        from (
            select customer_key, count(distinct source_name) as systems
            from '{installation.home}/lake/identity/customer_xref.parquet'
            group by customer_key
        )
    """).fetchone()
    assert joined == (7043, 7043)
    assert marts.sql("select count(*) from mart_customer_360").fetchone() == (7043,)


def test_charges_are_equal_to_the_cent_from_raw_to_mart(public, marts):
    plain, _ = public
    charges = [*plain["MonthlyCharges"], *plain["TotalCharges"]]
    raw = sum(Decimal(text) for text in charges if text.strip())
    assert marts.sql("select sum(billed_yuan_lifetime) from mart_customer_360").fetchone() == (raw,)


def test_the_blank_totals_are_accounted_for_and_not_silently_zero(public, marts):
    plain, _ = public
    assert (plain["TotalCharges"].str.strip() == "").sum() == 11
    counted = marts.sql("""
        select records_in_count, loaded_count, quarantined_count from mart_file_accounting
        where table_name = 'bills'
    """).fetchall()
    assert counted == [(14086, 14075, 11)]


def test_the_churn_model_reaches_the_baseline_on_a_held_out_fifth(installation):
    card = churn_card(installation)
    test = card["test"]
    assert card["holdout_kind"] == "customer"
    assert test["rows"] == pytest.approx(7043 / 5, rel=0.06)
    print(f"\ntelco churn, held-out fifth: AUC {test['auc']:.4f}, Brier {test['brier_score']:.4f}")
    assert 0.82 < test["auc"] < 0.90


def test_what_knows_the_outcome_is_no_feature(installation):
    features = " ".join(feature["name"] for feature in churn_card(installation)["features"])
    assert "churn" not in features
    assert "cltv" not in features


def churn_card(installation: Installation) -> dict:
    folder = installation.home / "models" / "churn"
    champion = json.loads((folder / "champion.json").read_text())["version"]
    return json.loads((folder / champion / "card.json").read_text())
