"""What the service marts say of the sample world, against what was planted in it.

The marts' own SQL runs on facts made from the exported files, so a wrong formula shows here. What
does not belong here: figures recomputed from the files by hand (test_planted_service.py), and
examples with hand values (unit tests beside the models).
"""

from datetime import date, timedelta

import duckdb
import pytest
from scipy.stats import spearmanr

from tests.unit.tiny_lake import TinyLake
from warehouse.engine import dbt_runner

FACTS = """
    create schema warehouse.customer;
    create schema warehouse.facts;
    create schema warehouse.campaigns;
    create table warehouse.customer.int_customer_xref as
        select source_name, entity, source_id, cast(person as varchar) as customer_key
        from identity where entity = 'customer';
    create table warehouse.campaigns.cmp_response (
        campaign_id varchar, customer_key varchar, is_mature boolean, is_response boolean);
    create table warehouse.campaigns.cmp_sale (
        campaign_id varchar, customer_key varchar, margin_yuan decimal(14, 2));
    create table warehouse.facts.fct_contact as
        select contact_id, customer_id as crm_customer_id, campaign_id, direction as direction_code,
            channel as channel_code, agent_id, product_id as offer_product_id,
            recommended_product_id, intent as intent_code, reason as reason_code,
            outcome as outcome_code, started::date as contact_date,
            started - interval 8 hour as started_at, ended - interval 8 hour as ended_at,
            wait_seconds, epoch(ended - started) / 60 as talk_minutes,
            outcome <> 'no_answer' as is_reached
        from contacts where started is not null;
    create schema warehouse.staging;
    create table warehouse.staging.stg_crm__consents as
        select 授权编号 as consent_id, 客户编号 as crm_customer_id, 渠道 as channel_code,
            授权范围 as scope_code, 是否同意 = 'true' as is_granted, changed_at,
            changed_at::date as event_date, changed_at::date as business_date,
            filename as _file_id, 1 as _record
        from (select *, strptime(变更时间, '%Y/%m/%d %H:%M:%S') - interval 8 hour as changed_at
            from consents);
    create table warehouse.facts.fct_survey as
        select 调查编号 as survey_id, 接触编号 as contact_id,
            评分::double / 满分::int as score_share
        from surveys;
    create table warehouse.facts.fct_complaint as
        select 投诉原因 as cause_code,
            strptime(受理时间, '%Y/%m/%d %H:%M:%S')::date as complaint_date
        from complaints;
    create table warehouse.customer.dim_customer_history as
        select distinct cast(person as varchar) as customer_key, 客户类型 as party_type_code,
            try_cast(出生日期 as date) as birth_date, 受抚养人数::int as dependents_count,
            strptime(regexp_extract(filename, '[0-9]{8}'), '%Y%m%d')::date as valid_from
        from customers join identity on source_name = 'crm' and source_id = 客户编号
        where duplicate_code is null;
    create table warehouse.customer.dim_customer as
        select customer_key, any_value(party_type_code) as party_type_code,
            any_value(birth_date) as birth_date
        from warehouse.customer.dim_customer_history group by customer_key;
    create table warehouse.customer.dim_account as
        select source_id as account_id, cast(person as varchar) as customer_key
        from identity where entity = 'account';
    create table warehouse.facts.fct_order as
        select order_id, account_id, product_id, status_code, ordered_at::date as order_date
        from orders;
    create table warehouse.customer.dim_subscription (
        customer_key varchar, product_id varchar, started_date date, ended_date date);
    create table warehouse.customer.dim_product (product_id varchar, family_code varchar);
    insert into warehouse.customer.dim_product
        values ('SEC1', 'security'), ('TVS1', 'tv'), ('VID1', 'video'), ('CLO1', 'cloud_backup'),
            ('DEV1', 'device_protection');
"""
MODELS = (
    "cn_holidays opening_hours dim_date int_customer_contact int_message int_opening_day"
    " int_message_answer int_expected_answer mart_lost_opportunity mart_interest_decay"
    " wait_bands int_inbound_contact mart_wait_satisfaction int_agent_offer mart_agent_offer"
    " int_quality_day mart_offer_break mart_talk_time"
    " int_marketing_contact mart_contact_pressure age_bands int_life_event int_life_stage"
    " int_stage_order int_stage_coverage mart_lifestage_product"
)


@pytest.fixture(scope="module")
def marts(con, tmp_path_factory):
    """The warehouse with the service marts, built on the exported files."""
    lake = TinyLake(tmp_path_factory.mktemp("service"))
    # months after a birth hold a dozen mothers each in a world of this size
    settings = lake.settings.model_copy(update={"k_anonymity": 5})
    con.execute(f"attach '{settings.warehouse_file}' as warehouse")
    con.execute(FACTS)
    con.execute("detach warehouse")
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    assert dbt_runner.select(settings, ["build", *kinds, "--select", *MODELS.split()])
    with duckdb.connect(settings.warehouse_file, read_only=True) as connection:
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


def test_a_wait_of_more_than_two_minutes_costs_the_planted_points(marts, planted):
    (difference,) = marts.sql(
        "select 5 * difference_share from marts.mart_wait_satisfaction where is_long"
    ).fetchone()
    assert -difference == pytest.approx(planted["long_wait_penalty_points_of_five"], abs=0.1)


def test_agents_with_a_taste_of_their_own_deviate_most_from_the_advice(con, marts):
    found = marts.sql("select agent_id, shrunken_share from marts.mart_agent_offer").fetchall()
    taste = dict(con.execute("select agent_id, taste_share from agents").fetchall())
    assert len(found) == len(taste) > 20
    planted_shares, shrunken = zip(*((taste[agent], share) for agent, share in found), strict=True)
    assert spearmanr(planted_shares, shrunken).statistic >= 0.7


def test_the_day_agents_are_paid_for_sales_breaks_offers_service_and_complaints(marts, planted):
    breaks = marts.sql(
        "select measure_code, break_date, after_share / before_share from marts.mart_offer_break"
    ).fetchall()
    assert {measure for measure, _, _ in breaks} == {"offer", "unresolved", "service_complaint"}
    true = date.fromisoformat(planted["pushed_from_date"])
    for measure, day, ratio in breaks:
        assert abs(day - true) <= timedelta(days=14), measure
        assert ratio > 1.2, measure


def test_minutes_wasted_on_polite_talk_are_the_planted_ones(marts, planted):
    (wasted,) = marts.sql("select sum(wasted_minutes) from marts.mart_talk_time").fetchone()
    assert wasted == pytest.approx(planted["polite_minutes"], rel=0.05)


def test_every_contact_more_in_a_week_raises_the_hazard_of_withdrawal_as_planted(marts, planted):
    growth = planted["opt_out_growth_per_extra_contact_7d"]
    (_, alone, gone, _), *pressed = marts.sql(
        """select earlier_contacts_count_7d, contacts_count, withdrawals_count, hazard_ratio_ci_low
        from marts.mart_contact_pressure order by earlier_contacts_count_7d"""
    ).fetchall()
    contacts, withdrawals = (sum(row[place] for row in pressed) for place in (1, 2))
    earlier = sum(row[0] * row[1] for row in pressed) / contacts
    ratio = withdrawals / contacts / (gone / alone)
    assert ratio == pytest.approx(growth**earlier, rel=0.2)
    assert pressed[0][3] > 1


def test_months_after_a_birth_the_need_of_the_mother_shows_in_her_orders(marts, planted):
    """Of thirty-day months since the birth is known, 05 and 06 lie wholly in the time of need."""
    product = planted["need_after_birth_product_id"]
    in_need, otherwise, months = marts.sql(
        f"""select sum(product_orders_count) / sum(orders_count), avg(elsewhere_share), count(*)
        from marts.mart_lifestage_product where product_id = '{product}' and is_need
            and stage_code in ('child_month_05', 'child_month_06')"""
    ).fetchone()
    assert months == 2
    assert in_need / otherwise >= 0.7 * planted["need_after_birth_order_share"] / otherwise
    assert otherwise < 0.12
