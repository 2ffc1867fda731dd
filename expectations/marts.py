"""Gate `marts`: the last look before anything is published.

Columns and keys follow from the contracts of the marts, so a new mart needs no line here. Beyond
them: money reconciles to the cent, no group is too small, every delivered record is accounted for,
and nothing that looks like a phone or identity number is in any text. What does not belong here:
how a figure is computed.
"""

from expectations.segments import segments
from expectations.vocabulary import (
    CRITICAL,
    WARNING,
    Suite,
    columns,
    measure,
    none,
    rows,
    suite,
    unique,
    within,
)
from expectations.workspace import World
from warehouse.publication.mart_contract import Mart

MAY_BE_EMPTY = {
    "mart_campaign_propensity",
    "mart_propensity_evaluation",
    "mart_model_monitoring",
    "mart_campaign_review",
    "mart_uplift",
    "mart_product_match",
    "mart_product_handover",
    "mart_customer_value",
    "dq_quarantine",
    "mart_segment_transition",
    "mart_segment_change",
    "mart_lifecycle_warning",
    "mart_abnormal_change",
    "mart_kpi_contribution",
    "mart_abc_class",
    "mart_rfm_tier",
    "mart_arpu_change",
    "mart_indicator_restatement",
    "mart_product_indicator",
    "mart_response_curve",
    "mart_lost_opportunity",
    "mart_interest_decay",
    "mart_inbound_reason",
    "mart_wait_satisfaction",
    "mart_agent_offer",
    "mart_offer_break",
    "mart_talk_time",
    "mart_touchpoint_tier",
    "mart_churn_watch",
    "mart_satisfaction",
    "mart_key_account",
    "mart_path",
    "mart_path_removal",
    "mart_channel_flow",
    "mart_association",
    "mart_event_probability",
    "mart_event_calibration",
    "mart_product_lifecycle",
    "mart_lifestage_product",
    "mart_cluster_card",
    "mart_cluster_difference",
    "mart_customer_preference",
    "mart_power_inclination",
    "mart_power_inclination_group",
    "mart_age_band_spend",
    "mart_channel_sex_mix",
    "mart_region_publicity",
    "mart_contact_pressure",
    "mart_owner_refusal",
}
"""Without campaigns, calls, visits, orders, outcomes, bad records, bills, customers (or too few
for clusters), a second snapshot or a changed definition these are empty."""
ALONE = "(^|[^0-9A-Za-z]){}([^0-9A-Za-z]|$)"
"""Digests are full of digits: only a number that stands alone is one."""
IDENTIFIERS = {
    "phones": ALONE.format("(\\+?86)?1[3-9][0-9]{9}"),
    "identity_numbers": ALONE.format("[1-9][0-9]{16}[0-9Xx]"),
    "mail_addresses": "[^ @]+@[^ @]+[.][a-z]+",
}


def suites(world: World) -> list[Suite]:
    """Return a suite per mart under contract, and what must hold between them."""
    return [
        *(_mart(world, mart) for mart in world.marts.values()),
        *segments(world, "learnt"),
        _money(world),
        _people(world),
        _small_groups(world),
        _accounting(),
        _scores(world),
        _alerts(),
    ]


def _mart(world: World, mart: Mart) -> Suite:
    table = f"{mart.schema}.{mart.name}"
    text = world.text_columns.get(table, ())
    return suite(
        table,
        rows(severity=WARNING if mart.name in MAY_BE_EMPTY else CRITICAL),
        columns(mart.columns),
        unique(*mart.key) if mart.key else [],
        [
            none(name, " or ".join(f"regexp_matches({column}, '{pattern}')" for column in text))
            for name, pattern in IDENTIFIERS.items()
            if text
        ],
    )


def _money(world: World) -> Suite:
    billed = (
        f"select sum(amount_yuan) from facts.fct_bill_line where billed_date <= '{world.as_of}'"
    )
    known = "account_id in (select account_id from customer.dim_account)"
    return suite(
        "marts.mart_customer_360 against facts",
        measure(
            "yuan_lost_or_gained",
            f"coalesce(sum(billed_yuan_lifetime), 0) - coalesce(({billed} and {known}), 0)",
            at_least=0,
            at_most=0,
            why="to the cent",
        ),
        measure(
            "share_of_yuan_without_account",
            f"coalesce(abs(({billed} and not {known})) / nullif(abs(({billed})), 0), 0)",
            at_most=0.01,
            why="bills of accounts that were never delivered reach no customer",
        ),
        relation="select * from marts.mart_customer_360",
    )


def _people(world: World) -> Suite:
    return suite(
        "marts.mart_customer_360",
        measure(
            "customers_lost_or_gained",
            "count(*) - (select count(*) from customer.dim_customer)",
            at_least=0,
            at_most=0,
        ),
        none("rows_of_another_day", f"as_of_date <> '{world.as_of}'"),
        measure("share_active", "avg(coalesce(is_active, false)::int)", at_least=0.01),
    )


def _small_groups(world: World) -> Suite:
    shown = f"customers_count < {world.k_anonymity}"
    figures = ("customers_count", "sum_value", "mean_value", "median_value", "p90_value")
    leaks = " or ".join(f"{figure} is not null" for figure in figures)
    return suite(
        "marts.mart_indicator_summary",
        none("groups_smaller_than_k", shown, why="a figure about so few is one about persons"),
        none("figures_of_suppressed_groups", f"is_suppressed and ({leaks})"),
        none("groups_left_out", "not is_suppressed and customers_count is null"),
        within("share_of_total", 0, 1),
    )


def _accounting() -> Suite:
    return suite(
        "marts.mart_file_accounting",
        rows(),
        none(
            "files_with_a_residue",
            """records_in_count <> loaded_count + quarantined_count
                + deduplicated_count + superseded_count""",
            why="every record is loaded or set aside with a reason",
        ),
        measure(
            "files_lost",
            "(select count(*) from lake.file_accounting) - count(*)",
            at_least=0,
            at_most=0,
        ),
        measure(
            "share_of_records_quarantined",
            "sum(quarantined_count) / greatest(sum(records_in_count), 1)",
            at_most=0.05,
            severity=WARNING,
            why="files beyond their contract's threshold were set aside whole",
        ),
    )


def _scores(world: World) -> Suite:
    suppressed = "select customer_key from campaigns.cmp_suppression"
    scored = f"""select count(*) from lake.scores
        where as_of_date = '{world.as_of}' and customer_key not in ({suppressed})"""
    return suite(
        "marts.mart_campaign_propensity",
        measure(
            "scores_lost_or_gained",
            f"count(*) filter (not is_stale) - ({scored})",
            at_least=0,
            at_most=0,
        ),
        none("rows_of_suppressed_customers", f"customer_key in ({suppressed})"),
        within("p_response", 0, 1),
    )


def _alerts() -> Suite:
    allowed = """select ceil(max(alerts_per_thousand) * (select count(*) from customer.dim_customer)
        / 1000) from customer.alert_policy where scope_code = 'customer'"""
    return suite(
        "marts.mart_abnormal_change",
        measure(
            "alerts_beyond_the_budget",
            f"greatest(0, count(*) filter (is_alert) - ({allowed}))",
            at_most=0,
            why="more than people can look at is as good as none",
        ),
    )
