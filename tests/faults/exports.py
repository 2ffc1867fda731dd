"""Small exports in the contracts' own formats, made without any code of the intake.

What does not belong here: faults, each test bends a good file its own way; where files go and what
becomes of them (installation.py).
"""

import csv
import gzip
import io
import json
from datetime import date

from warehouse.contract import TableContract, load_contracts

CONTRACTS = load_contracts()
ACCOUNTS, SUBSCRIPTIONS = ("boss", "accounts"), ("boss", "subscriptions")
BILLS, PAYMENTS, USAGE = ("boss", "bills"), ("boss", "payments"), ("boss", "usage_days")
CUSTOMERS, CONSENTS = ("crm", "customers"), ("crm", "consents")
PRODUCTS, COMPLAINTS = ("crm", "products"), ("crm", "complaints")
VIEWS = ("web", "page_views")
BILL_COLUMNS = [column.name for column in CONTRACTS[BILLS].columns]
DAY = date(2026, 11, 1)
PLANTED = ("13912345678", "110105199003078513", "欧阳测试", "planted@example.com", "测试路一号")


def bills(count: int = 3, day: date = DAY, first: int = 1) -> list[dict]:
    """Bill lines, each different."""
    return [
        {
            "bill_line_id": f"L{number:06d}",
            "bill_id": f"B{number:06d}",
            "account_id": f"A{number % 7:04d}",
            "subscription_id": "" if number % 3 == 0 else f"S{number:05d}",
            "item_code": "monthly_fee",
            "amount_yuan": f"{number}.{number % 100:02d}",
            "billed_date": day.isoformat(),
            "due_date": "",
        }
        for number in range(first, first + count)
    ]


def customers(count: int = 3, first: int = 1) -> list[dict]:
    """CRM customers: the first is planted, the others' names need four bytes in GB18030."""
    rows = []
    for number in range(first, first + count):
        phone, identity, name, email, address = PLANTED
        planted = number == 1
        rows.append(
            {
                "customer_id": f"C{number:05d}",
                "party_type_code": "C",
                "customer_name": name if planted else f"𠮷人{number}",
                "id_number": identity if planted else "",
                "phone": phone if planted else f"137{number:08d}",
                "email": email if planted else "",
                "address": address if planted else "",
                "birth_date": "1990-03-07",
                "sex_code": "F",
                "occupation_code": "teacher",
                "marital_code": "married",
                "dependents_count": "1",
                "region_code": "110105",
                "industry_code": "",
                "registered_at": "2020/01/02 23:30:00",
                "status_code": "active",
            }
        )
    return rows


def views(count: int = 3, day: date = DAY) -> list[dict]:
    """Page views around the local midnight, times in UTC."""
    return [
        {
            "view_id": f"V{number}",
            "visitor_id": f"W{number}",
            "session_id": f"Z{number}",
            "viewed_at": f"{day.isoformat()}T{12 + number:02d}:30:00Z",
            "page_code": "home",
            "product_id": None,
            "channel_code": "web",
            "dwell_ms": None if number == 0 else 1000 * number,
        }
        for number in range(count)
    ]


def content(contract: TableContract, rows: list[dict], header: list[str] | None = None) -> bytes:
    """The bytes a sender would write; CRM headers are Chinese, by the contract's first alias."""
    if contract.format == "jsonl":
        text = "".join(json.dumps(row) + "\n" for row in rows)
    else:
        out = io.StringIO()
        names = header or [column.name for column in contract.columns]
        alias = {column.name: (column.aliases or (column.name,))[0] for column in contract.columns}
        csv.writer(out, lineterminator="\n").writerow([alias.get(name, name) for name in names])
        csv.DictWriter(out, names, lineterminator="\n", restval="").writerows(rows)
        text = out.getvalue()
    data = text.encode(contract.encoding)
    return gzip.compress(data, mtime=0) if contract.files.endswith(".gz") else data
