"""A refusal of any record keeps the whole customer out, and goes with its record when they part."""

from datetime import date, datetime

import duckdb
from tiny_lake import TinyLake

from warehouse.engine import dbt_runner

DAY = date(2026, 11, 1)


def consent(number: str, record: str, channel: str, is_granted: bool, hour: int) -> dict:
    return {
        "consent_id": number,
        "customer_id": record,
        "channel_code": channel,
        "scope_code": "marketing",
        "is_granted": is_granted,
        "changed_at": datetime(2026, 11, 1, hour),
        "_event_date": DAY,
    }


def allowed(lake: TinyLake, **customer_of: str) -> dict[str, bool]:
    """Whether each customer may be called, when these records are these customers'."""
    lake.identify([("crm", "customer", record, key) for record, key in customer_of.items()])
    assert dbt_runner.select(lake.settings, ["run", "--select", "+cmp_consent"])
    with duckdb.connect(lake.settings.warehouse_file, read_only=True) as con:
        return dict(
            con.sql(
                "select customer_key, is_phone_marketing_allowed from campaigns.cmp_consent"
            ).fetchall()
        )


def test_one_refusal_among_merged_records_suppresses_all_until_they_are_split(tmp_path):
    lake = TinyLake(tmp_path)
    consents = [
        consent("E1", "C1", "phone", False, 1),
        consent("E2", "C2", "phone", True, 2),  # later, and by another record: no matter
        consent("E3", "C3", "phone", True, 1),
    ]
    lake.deliver("crm/consents", DAY, "f1", consents)
    lake.audit()
    assert allowed(lake, C1="k1", C2="k1", C3="k3") == {"k1": False, "k3": True}
    assert allowed(lake, C1="k1", C2="k2", C3="k3") == {"k1": False, "k2": True, "k3": True}
