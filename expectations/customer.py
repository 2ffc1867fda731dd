"""Gate `customer`: people, what they hold and what happened, before indicators are computed.

Keys and invariants of a model are dbt's tests beside it; here stands what only the whole shows:
shares of unknown, odd ages, history without gaps, facts as many as were delivered, amounts in their
usual size. What does not belong here: rules about a single model's SQL.
"""

from expectations.vocabulary import (
    WARNING,
    Check,
    Suite,
    filled,
    measure,
    none,
    rows,
    suite,
    unique,
)
from expectations.workspace import World

FACTS = {
    "fct_usage_day": "boss__usage_days",
    "fct_bill_line": "boss__bills",
    "fct_payment": "boss__payments",
    "fct_balance_day": "boss__account_balance_days",
    "fct_page_view": "web__page_views",
    "fct_login": "web__logins",
    "fct_order": "web__orders",
    "fct_contact": "crm__contacts",
    "fct_complaint": "crm__complaints",
    "fct_survey": "crm__surveys",
    "fct_campaign_member": "crm__campaign_members",
}
"""Facts by the raw table they are made from, row for row."""
UNITS = {
    "fct_usage_day": ("usage_date", "data_mb"),
    "fct_bill_line": ("billed_date", "abs(amount_yuan)"),
    "fct_payment": ("paid_date", "amount_yuan"),
    "fct_balance_day": ("balance_date", "inflow_yuan + outflow_yuan"),
    "fct_order": ("order_date", "amount_yuan"),
}
"""Amounts whose unit a sender may change in silence (yuan to fen, MB to KB)."""


def suites(world: World) -> list[Suite]:
    """Customers and their history, what they hold, and each fact against its deliveries."""
    as_of = f"date '{world.as_of}'"
    return [
        _customers(as_of),
        _history(as_of),
        _names(),
        _accounts(),
        _subscriptions(as_of),
        *(_fact(table, raw) for table, raw in FACTS.items()),
    ]


def _customers(as_of: str) -> Suite:
    return suite(
        "customer.dim_customer",
        rows(),
        unique("customer_key"),
        none("unlikely_keys", "length(customer_key) <> 12"),
        none("first_seen_after_today", f"first_seen_date > {as_of}"),
        measure(
            "share_of_unknown_party_type",
            "avg((party_type_code = 'U')::int)",
            at_most=0.3,
            why="known to billing or web only; more means that CRM and billing do not join",
        ),
        measure(
            "share_of_unlikely_births",
            f"avg((birth_date > {as_of} or birth_date < {as_of} - interval 120 year)::int)",
            at_most=0.01,
            severity=WARNING,
            why="placeholders for an unknown birth date; none at all warns as well",
        ),
        measure(
            "records_per_customer",
            "sum(crm_record_count) / greatest(count(*) filter (where has_crm), 1)",
            at_most=1.5,
            why="many records in one customer is a token that too many people share",
        ),
        measure(
            "share_of_largest_customer",
            "max(crm_record_count) / greatest(sum(crm_record_count), 1) * (count(*) > 1000)::int",
            at_most=0.01,
            why="one customer who swallows a hundredth of all records is a merge gone wrong",
        ),
        filled("region_code", mostly=0.5, why="regions drive segments; organisations may lack one"),
    )


def _history(as_of: str) -> Suite:
    return suite(
        "customer.dim_customer_history",
        rows(),
        unique("customer_key", "valid_from"),
        none("versions_that_end_before_they_begin", "valid_to <= valid_from"),
        none("versions_of_tomorrow", f"valid_from > {as_of}"),
        measure(
            "customers_without_exactly_one_current_version",
            "abs(count(*) filter (where is_current) - count(distinct customer_key))",
            at_most=0,
        ),
        measure(
            "gaps_and_overlaps",
            "count(*) filter (where next_from is not null and next_from <> valid_to)",
            at_most=0,
            why="a version ends the day the next one begins",
        ),
        relation="""select *, lead(valid_from) over (
            partition by customer_key order by valid_from) as next_from
            from customer.dim_customer_history""",
    )


def _names() -> Suite:
    return suite(
        "customer.dq_name_quality",
        measure(
            "share_of_customers_with_an_unresolved_name",
            """count(distinct customer_key) filter (severity_level = 1 and not is_resolved)
                / greatest((select count(*) from customer.dim_customer), 1)""",
            at_most=0.05,
            why="some 1.5 % is human error; a wave is a conversion gone wrong at a sender",
        ),
        measure(
            "share_of_customers_with_repaired_text",
            """count(distinct customer_key) filter (rule_code = 'text_repaired')
                / greatest((select count(*) from customer.dim_customer), 1)""",
            at_most=0.1,
            severity=WARNING,
            why="names are repaired before they are compared; the sender should know",
        ),
    )


def _accounts() -> Suite:
    return suite(
        "customer.dim_account",
        rows(),
        unique("account_id"),
        none("accounts_without_customer", "customer_key is null"),
        measure(
            "share_of_accounts_without_crm_customer",
            "avg((not has_crm)::int)",
            at_most=0.3,
            why="a few accounts are opened before the CRM knows; more is a broken join",
        ),
        none("accounts_closed_before_they_opened", "closed_date < opened_date", severity=WARNING),
        relation="""select *, coalesce(customer_key in (
                select customer_key from customer.dim_customer where has_crm), false) as has_crm
            from customer.dim_account""",
    )


def _subscriptions(as_of: str) -> Suite:
    return suite(
        "customer.dim_subscription",
        rows(),
        unique("subscription_id"),
        measure("share_without_customer", "avg((customer_key is null)::int)", at_most=0.02),
        measure(
            "share_without_product_family",
            "avg((family_code is null)::int)",
            at_most=0.05,
            why="a product missing from the catalogue takes its services out of every indicator",
        ),
        none("services_that_end_before_they_start", "ended_date < started_date", severity=WARNING),
        none("negative_fees", "monthly_fee_yuan < 0"),
        measure(
            "share_ended_by_today",
            f"avg(coalesce(ended_date <= {as_of}, false)::int)",
            at_most=0.95,
            why="hardly anyone left in service is a delivery of the ended ones only",
        ),
    )


def _fact(table: str, raw: str) -> Suite:
    return suite(
        f"facts.{table}",
        measure(
            "rows_per_delivered_row",
            f"case when {_delivered(raw)} = 0 then 1 else count(*) / {_delivered(raw)} end",
            at_least=0.9,
            at_most=1,
            why="corrections replace rows, so a few fewer are right; rows lost or doubled are not",
        ),
        _usual_size(*UNITS[table]) if table in UNITS else [],
        relation=f"select *{_newest(table)} from facts.{table}",
    )


def _newest(table: str) -> str:
    if table not in UNITS:
        return ""
    return f", (select max({UNITS[table][0]}) from facts.{table}) as newest"


def _delivered(raw: str) -> str:
    return f"(select count(*) from lake.{raw})"


def _usual_size(day: str, amount: str) -> Check:
    """The median of the newest week against that of the 13 weeks before, rows of zero left out.

    Zeros say nothing of a unit, and a month end brings many: every balance is stated then.
    """
    newest = f"{day} > newest - 7 and {amount} <> 0"
    before = f"{day} <= newest - 7 and {day} > newest - 98 and {amount} <> 0"
    return measure(
        "median_of_newest_week_to_usual",
        f"""case when count(*) filter (where {newest}) < 200
                or count(*) filter (where {before}) < 200 then 1
            else coalesce((median({amount}) filter (where {newest}))::double
                / nullif(median({amount}) filter (where {before}), 0), 1) end""",
        at_least=0.1,
        at_most=10,
        why="a change of unit moves it a hundredfold; 1 when there are too few rows to tell",
    )
