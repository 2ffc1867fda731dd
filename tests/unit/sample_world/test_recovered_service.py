"""What the service marts say of the sample world, against what was planted in it.

The marts' own SQL runs on facts made from the exported files, so a wrong formula shows here. What
does not belong here: figures recomputed from the files by hand (test_planted_service.py), and
examples with hand values (unit tests beside the models).
"""

import duckdb
import pytest

from tests.unit.tiny_lake import TinyLake
from warehouse import dbt_runner

FACTS = """
    create schema warehouse.customer;
    create schema warehouse.facts;
    create schema warehouse.campaigns;
    create table warehouse.customer.int_customer_xref as
        select source_name, entity, source_id, cast(person as varchar) as customer_key
        from identity where entity = 'customer';
    create table warehouse.customer.dim_campaign (
        campaign_id varchar, sale_margin_yuan decimal(12, 2));
    create table warehouse.campaigns.cmp_response (
        campaign_id varchar, customer_key varchar, is_mature boolean, is_response boolean);
    create table warehouse.facts.fct_contact as
        select contact_id, customer_id as crm_customer_id, campaign_id, direction as direction_code,
            channel as channel_code, agent_id, product_id as offer_product_id,
            recommended_product_id, intent as intent_code, reason as reason_code,
            outcome as outcome_code, started::date as contact_date,
            started - interval 8 hour as started_at, ended - interval 8 hour as ended_at,
            wait_seconds, epoch(ended - started) / 60 as talk_minutes,
            outcome <> 'no_answer' as is_reached
        from contacts where started is not null;
"""
MODELS = (
    "cn_holidays opening_hours dim_date int_customer_contact int_message int_opening_day"
    " int_message_answer int_expected_answer mart_lost_opportunity mart_interest_decay"
)


@pytest.fixture(scope="module")
def marts(con, tmp_path_factory):
    """The warehouse with the service marts, built on the exported files."""
    lake = TinyLake(tmp_path_factory.mktemp("service"))
    con.execute(f"attach '{lake.settings.warehouse_file}' as warehouse")
    con.execute(FACTS)
    con.execute("detach warehouse")
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    assert dbt_runner.command(lake.settings, ["build", *kinds, "--select", *MODELS.split()])
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as connection:
        yield connection


def test_calls_that_meet_a_closed_centre_are_expected_as_planted(marts, planted):
    closed, answers = marts.sql(
        """select sum(expected_closed_count), sum(expected_answers_count)
        from marts.mart_lost_opportunity"""
    ).fetchone()
    assert closed == pytest.approx(planted["evening_calls"], rel=0.05)
    assert closed / answers == pytest.approx(planted["evening_share_of_answers"], abs=0.06)


def test_the_half_life_of_interest_is_the_planted_one(marts, planted):
    half_life, low, high = marts.sql(
        """select half_life_hours, half_life_low_hours, half_life_high_hours
        from marts.mart_interest_decay where enquiry_channel_code = 'phone'"""
    ).fetchone()
    assert half_life == pytest.approx(planted["interest_half_life_hours"], rel=0.15)
    assert low < planted["interest_half_life_hours"] < high
