"""Faults planted in every stage are found by the checks that ought to find them, and by no other.

Each case spoils a healthy world in several places and names every critical check that must fail.
"""

import shutil

import pytest
from gate_world import AS_OF, BEFORE, USERS, critical, on

from expectations import gate
from expectations.gate import run_stage
from expectations.results import STAGES
from expectations.watch import watch
from warehouse.deliveries import findings
from warehouse.errors import RapportError
from warehouse.ledger import Ledger


@pytest.mark.parametrize("stage", STAGES)
def test_a_healthy_world_is_green_in_every_stage(healthy, stage):
    result = run_stage(healthy.settings, stage, as_of=AS_OF)
    assert result.passed
    assert critical(result) == set()
    assert len(result.checks) > 20


def test_raw_faults_are_found(world):
    newest = f"business_date={AS_OF}/*.parquet"
    world.rewrite(
        f"raw/crm/customers/{newest}",
        """select * replace (
            case when customer_id = 'C1' then 'X' else party_type_code end as party_type_code,
            case when customer_id = 'C3' then null else status_code end as status_code,
            case when customer_id = 'C5' then timestamp '9999-12-31' else registered_at end
                as registered_at) from rows
        union all select * from rows where customer_id = 'C7'""",
    )
    world.rewrite(f"raw/boss/usage_days/{newest}", "select * from rows limit 15")
    world.rewrite(
        f"raw/boss/bills/{newest}", "select * replace (_event_date + 3 as _event_date) from rows"
    )
    shutil.rmtree(world.settings.lake / "raw/boss/accounts")
    result = run_stage(world.settings, "raw", as_of=AS_OF)
    assert not result.passed
    assert critical(result) == (
        on(
            "lake.crm__customers",
            "accepted(party_type_code)",
            "not_null(status_code)",
            "placeholder_dates(registered_at)",
            "repeated_keys_in_latest_delivery",
        )
        | on("lake.boss__usage_days", "volume_far_from_usual")
        | on("lake.boss__bills", "events_after_delivery")
        | on("lake.boss__accounts", "rows_at_least(1)")
    )


def test_a_column_gone_blank_in_the_newest_delivery_is_found(world):
    world.rewrite(
        f"raw/boss/usage_days/business_date={AS_OF}/*.parquet",
        "select * replace (null::double as data_mb) from rows",
    )
    result = run_stage(world.settings, "raw", as_of=AS_OF)
    assert critical(result) == on("lake.boss__usage_days", "columns_gone_blank")


def test_customer_faults_are_found(world):
    world.sql(
        "insert into customer.dim_customer from customer.dim_customer limit 1",
        "update customer.dim_customer set party_type_code = 'U', has_crm = false"
        " where customer_key in (select customer_key from people where i < 120)",
        "update customer.dim_customer set crm_record_count = 2",
        "update customer.dim_customer_history set valid_to = '2026-01-01'"
        " where customer_key in (select customer_key from people where i < 5)",
        "insert into customer.dim_customer_history select customer_key, date '2026-02-01',"
        " date '9999-12-31', true from people where i < 5",
        "update customer.dim_account set customer_key = null where account_id = 'A200'",
        "update customer.dim_subscription set family_code = null where subscription_id < 'S2'",
        "update customer.dim_subscription set monthly_fee_yuan = -1 where subscription_id = 'S9'",
        "insert into customer.dq_name_quality select customer_key, 1, 'homophone', false"
        " from people where i between 100 and 120",
        "delete from facts.fct_bill_line where bill_line_id < 'L2'",
        f"update facts.fct_usage_day set data_mb = data_mb * 100 where usage_date = '{AS_OF}'",
    )
    result = run_stage(world.settings, "customer", as_of=AS_OF)
    assert critical(result) == (
        on(
            "customer.dim_customer",
            "unique(customer_key)",
            "share_of_unknown_party_type",
            "records_per_customer",
        )
        | on(
            "customer.dim_customer_history",
            "gaps_and_overlaps",
            "customers_without_exactly_one_current_version",
        )
        | on(
            "customer.dim_account",
            "accounts_without_customer",
            "share_of_accounts_without_crm_customer",
        )
        | on("customer.dq_name_quality", "share_of_customers_with_an_unresolved_name")
        | on("customer.dim_subscription", "share_without_product_family", "negative_fees")
        | on("facts.fct_bill_line", "rows_per_delivered_row")
        | on("facts.fct_usage_day", "median_of_newest_week_to_usual")
    )


def test_indicator_faults_are_found(world):
    today = f"where as_of_date = '{AS_OF}'"
    few = "and customer_key in (select customer_key from people where i < 3)"
    world.sql(
        f"update indicators.ind_service set is_active = 2 {today} {few}",
        f"update indicators.ind_service set fee_focus_share = 7 {today} {few}",
        f"update indicators.ind_service set active_services_count = -1 {today} {few}",
        f"delete from indicators.ind_value {today} {few}",
        f"update indicators.ind_value set billed_yuan_90d = billed_yuan_90d * 10 {today}",
        f"update indicators.ind_value set billed_growth_share_90d = 'nan' {today}"
        " and customer_key in (select customer_key from people where i = 9)",
        f"update indicators.ind_value set billed_growth_share_90d = null {today}"
        " and customer_key in (select customer_key from people where i > 100)",
        "delete from segments.seg_age_band where customer_key = (select max(customer_key)"
        " from people)",
    )
    result = run_stage(world.settings, "indicators", as_of=AS_OF)
    assert critical(result) == (
        on(
            "indicators.ind_service",
            "within(is_active)",
            "within(fee_focus_share)",
            "within(active_services_count)",
        )
        | on("indicators.ind_value", "customers_without_a_row", "values_beyond_all_numbers")
        | on(
            "indicators.ind_value (step)",
            "step_of_mean(billed_yuan_90d)",
            "rise_of_blanks(billed_growth_share_90d)",
        )
        | on("segments.seg_age_band", "customers_without_a_segment")
    )


def test_a_missing_snapshot_and_a_missing_subject_are_found(world):
    world.sql(
        f"delete from indicators.ind_service where as_of_date = '{BEFORE}'",
        "drop table indicators.ind_value",
    )
    found = critical(run_stage(world.settings, "indicators", as_of=AS_OF))
    assert ("indicators.ind_service (step)", "snapshots_missing") in found
    assert ("indicators.ind_value", "rows_at_least(1)") in found


def test_mart_faults_are_found(world):
    world.sql(
        "update marts.mart_customer_360 set billed_yuan_lifetime = 30.11"
        " where customer_key = (select min(customer_key) from people)",
        "delete from marts.mart_customer_360 where customer_key = (select max(customer_key)"
        " from people)",
        "update marts.mart_customer_360 set industry_code = 'call 13800138000'"
        " where customer_key = (select min(customer_key) from people)",
        "update marts.mart_indicator_summary set customers_count = 19"
        " where indicator_code = 201001000",
        "update marts.mart_indicator_summary set is_suppressed = true, mean_value = 5,"
        " customers_count = null where indicator_code = 201002400",
        "update marts.mart_file_accounting set loaded_count = loaded_count - 1"
        " where file_id = 'bills'",
        "delete from marts.mart_campaign_propensity where score_rank = 1",
        "update marts.mart_campaign_propensity set customer_key ="
        " (select min(customer_key) from campaigns.cmp_suppression) where score_rank = 2",
        "alter table marts.mart_campaign_review add column surprise integer",
        # two in a thousand are looked at: of 300 customers one
        "update marts.mart_abnormal_change set is_alert = true",
        "insert into marts.mart_abnormal_change from marts.mart_abnormal_change",
        "drop table marts.dim_date",
    )
    found = critical(run_stage(world.settings, "marts", as_of=AS_OF))
    assert {pair for pair in found if pair[0] != "marts.dim_date"} == (
        on("marts.mart_customer_360", "customers_lost_or_gained", "phones")
        | on("marts.mart_customer_360 against facts", "yuan_lost_or_gained")
        | on(
            "marts.mart_indicator_summary",
            "groups_smaller_than_k",
            "figures_of_suppressed_groups",
        )
        | on("marts.mart_file_accounting", "files_with_a_residue")
        | on(
            "marts.mart_campaign_propensity",
            "scores_lost_or_gained",
            "rows_of_suppressed_customers",
        )
        | on("marts.mart_campaign_review", "columns_as_in_contract")
        | on("marts.mart_abnormal_change", "alerts_beyond_the_budget")
    )
    assert ("marts.dim_date", "rows_at_least(1)") in found


def test_an_accepted_finding_passes_the_gate_and_no_other_does(world):
    newest = f"raw/boss/usage_days/business_date={AS_OF}/*.parquet"
    world.rewrite(newest, "select * from rows limit 15")
    assert not run_stage(world.settings, "raw", as_of=AS_OF).passed
    (found,) = findings.read(world.settings)
    ledger = Ledger(world.settings.ledger_file)
    with pytest.raises(RapportError, match="RP-2003"):
        findings.accept(world.settings, ledger, "0123456789", "no such thing")
    with pytest.raises(RapportError, match="RP-2003"):
        findings.accept(world.settings, ledger, found.finding_id, "  ")
    findings.accept(world.settings, ledger, found.finding_id, "line cut, ask 13912345678")
    assert findings.accepted(ledger) == {found.finding_id: "line cut, ask #"}
    assert run_stage(world.settings, "raw", as_of=AS_OF).passed
    # the same file with another fault: what was accepted says nothing about it
    world.rewrite(newest, f"select rows.* from rows, range({USERS // 15 + 1})")
    world.rewrite(newest, "select * replace (null::double as data_mb) from rows")
    (other,) = watch(world.settings, gate.look(world.settings, "raw", AS_OF).contracts, AS_OF)
    assert (other.code, other.is_stop) == ("RP-1212", True)
    assert other.finding_id not in findings.accepted(ledger)
