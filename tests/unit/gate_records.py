"""What the healthy world of the gates holds: delivered records, and the tables dbt would have made.

What does not belong here: how they get into a lake and a warehouse (gate_world.py).
"""

from datetime import date

from warehouse.publication.mart_contract import MODELS

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
