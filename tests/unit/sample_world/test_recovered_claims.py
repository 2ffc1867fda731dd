"""What the marts say of the articles' claims about sexes, ages, publicity and owners.

The marts' own SQL runs on facts made from the exported files, so a wrong formula shows here. What
does not belong here: figures recomputed by hand (test_planted_*.py), examples with hand values.
"""

import duckdb
import pytest

from tests.unit.tiny_lake import TinyLake
from warehouse.engine import dbt_runner
from warehouse.settings import CHECKOUT

FACTS = """
    create schema warehouse.customer;
    create schema warehouse.facts;
    create schema warehouse.campaigns;
    create schema warehouse.segments;
    create table warehouse.customer.int_customer_xref as
        select source_name, entity, source_id, cast(person as varchar) as customer_key
        from identity where entity = 'customer';
    create table warehouse.customer.dim_account as
        select distinct source_id as account_id, cast(person as varchar) as customer_key
        from identity where entity = 'account';
    create temp table people as
        select cast(person as varchar) as customer_key, any_value(性别) as sex_code,
            any_value(行政区划代码) as region_code,
            any_value(date_diff('year', try_cast(出生日期 as date), date '2026-06-30')) as age,
            any_value(客户类型) as party_type_code
        from customers join identity on source_name = 'crm' and source_id = 客户编号
        where duplicate_code is null group by person;
    create table warehouse.customer.dim_customer as select customer_key, sex_code from people;
    create table warehouse.segments.seg_membership as
        select customer_key, 'age_band' as scheme_code, true as is_current,
            case when age < 24 then 'under_24' when age < 36 then 'from_24_to_35'
                else 'over_35' end as segment_code
        from people where party_type_code = 'C'
        union all
        select customer_key, 'region_tier', true, concat('tier_', region_tier)
        from people join regions using (region_code);
    create table warehouse.customer.dim_subscription as
        select subscription_id, any_value(product_id) as product_id,
            any_value(family_code) as family_code,
            cast(any_value(person) as varchar) as customer_key, min(started_date) as started_date,
            arg_max(ended_date, filename) as ended_date
        from subscriptions join identity on source_id = account_id
            join catalogue using (product_id)
        group by subscription_id;
    create table warehouse.customer.dim_subscription_history as
        select subscription_id, product_id, date '1900-01-01' as valid_from,
            date '9999-12-31' as valid_to
        from warehouse.customer.dim_subscription;
    create table warehouse.customer.dim_product as from catalogue;
    create table warehouse.facts.fct_bill_line as
        select account_id, subscription_id, item_code, amount_yuan, billed_date from bills;
    create table warehouse.facts.fct_order as
        select account_id, channel_code, cast(amount_yuan as decimal(12, 2)) as amount_yuan,
            status_code, ordered_at::date as order_date from orders;
    create table warehouse.facts.fct_contact as
        select customer_id as crm_customer_id, product_id as offer_product_id,
            intent as intent_code, direction as direction_code, started::date as contact_date
        from contacts where started is not null;
    create table warehouse.customer.dim_campaign as
        select campaign_id, any_value(product_id) as offer_product_id,
            any_value(objective) as objective_code
        from campaign_members left join contacts using (campaign_id, person)
        group by campaign_id;
    create table warehouse.campaigns.cmp_response as
        select campaign_id, cast(person as varchar) as customer_key,
            case when is_treated then 'treatment' else 'control' end as arm_code,
            make_date(2000 + substr(campaign_id, 3, 2)::int, substr(campaign_id, 5, 2)::int, 9)
                as assigned_date,
            campaign_id < 'CP2610' as is_mature, responded as is_response
        from campaign_members where objective in ('up_sell', 'cross_sell');
"""
MODELS = (
    "age_bands cmp_publicity mart_age_band_spend mart_channel_sex_mix mart_region_publicity"
    " product_substitutes mart_owner_refusal"
)


@pytest.fixture(scope="module")
def marts(con, tmp_path_factory):
    """The warehouse with the marts of the claims, built on the exported files."""
    lake = TinyLake(tmp_path_factory.mktemp("claims"))
    con.execute(f"attach '{lake.settings.warehouse_file}' as warehouse")
    seed = CHECKOUT / "dbt" / "seeds" / "dim_region.csv"
    con.execute(f"create temp table regions as from read_csv('{seed}', all_varchar = true)")
    con.execute(FACTS)
    con.execute("detach warehouse")
    kinds = ["--resource-type", "seed", "--resource-type", "model"]
    assert dbt_runner.select(lake.settings, ["build", *kinds, "--select", *MODELS.split()])
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as connection:
        yield connection


def test_women_make_the_planted_share_of_the_e_channel_turnover(marts, planted):
    share, low, high, is_claim = marts.sql(
        """select turnover_share, turnover_ci_low_share, turnover_ci_high_share,
            is_claim_in_interval
        from marts.mart_channel_sex_mix where channel_code = 'all' and sex_code = 'F'"""
    ).fetchone()
    assert share == pytest.approx(0.75, abs=0.015)
    assert low < 0.75 < high
    assert is_claim


def test_the_young_spend_least_the_prime_most_and_the_older_the_largest_part_on_luxury(marts):
    ranks = marts.sql(
        """select age_band_code, spend_rank, luxury_rank from marts.mart_age_band_spend
        order by spend_rank"""
    ).fetchall()
    assert ranks == [("from_24_to_35", 1, 2), ("over_35", 2, 1), ("under_24", 3, 3)]


def test_tier_two_overtakes_tier_one_only_where_publicity_came_before(marts):
    rows = marts.sql(
        """select is_informed, gap_share, gap_ci_low_share, interaction_ci_low_share
        from marts.mart_region_publicity where region_tier_code = 'tier_2' order by is_informed"""
    ).fetchall()
    (_, gap_without, _, _), (_, gap_with, low_with, interaction_low) = rows
    assert gap_without < 0 < gap_with
    assert low_with > 0
    assert interaction_low > 0


def test_publicity_changes_nothing_between_tier_three_and_tier_one(marts):
    low, high = marts.sql(
        """select interaction_ci_low_share, interaction_ci_high_share
        from marts.mart_region_publicity where region_tier_code = 'tier_3' and is_informed"""
    ).fetchone()
    assert low < 0 < high


def test_owners_of_something_similar_refuse_beyond_chance(marts):
    owners, yes, others, others_yes, high = marts.sql(
        """select sum(owners_count), sum(owner_responses_count), sum(others_count),
            sum(other_responses_count), max(gap_ci_high_share) filter (family_code = 'fibre')
        from marts.mart_owner_refusal"""
    ).fetchone()
    assert yes / owners < 0.5 * others_yes / others
    assert high < 0
