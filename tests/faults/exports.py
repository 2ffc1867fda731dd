"""Small exports in the contracts' own formats, made without any code of the intake.

What does not belong here: faults. Each test bends a good file its own way.
"""

import csv
import gzip
import hashlib
import io
import json
from datetime import date
from pathlib import Path

import duckdb

from warehouse.contract import TableContract, load_contracts
from warehouse.intake.take import IntakeResult, run_intake
from warehouse.ledger import Ledger
from warehouse.settings import Settings

CONTRACTS = load_contracts()
BILLS, CUSTOMERS, VIEWS = ("boss", "bills"), ("crm", "customers"), ("web", "page_views")
BILL_COLUMNS = [column.name for column in CONTRACTS[BILLS].columns]
DAY = date(2026, 11, 1)
PLANTED = ("13912345678", "110105199003078513", "欧阳测试", "planted@example.com", "测试路一号")


def make_settings(tmp_path: Path, **changes: object) -> Settings:
    """An installation of its own that waits for nothing and works in one thread."""
    fixed = {"home": tmp_path / "home", "settle_seconds": 0.0, "threads": 1}
    return Settings(**(fixed | changes))


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


def deliver(
    settings: Settings,
    key: tuple[str, str],
    data: bytes,
    rows: int | None = None,
    day: date = DAY,
    name: str | None = None,
) -> Path:
    """Put bytes into the landing folder, with a manifest when the contract wants one."""
    contract = CONTRACTS[key]
    folder = settings.landing / contract.source / contract.table
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or contract.files.format(date=day.strftime("%Y%m%d")))
    path.write_bytes(data)
    if contract.manifest == "required" and rows is not None:
        announced = {"rows": rows, "sha256": hashlib.sha256(data).hexdigest()}
        path.with_name(path.name + ".ok").write_text(json.dumps(announced))
    return path


def deliver_rows(
    settings: Settings, key: tuple[str, str], rows: list[dict], day: date = DAY
) -> Path:
    """Deliver good rows."""
    return deliver(settings, key, content(CONTRACTS[key], rows), len(rows), day)


def lake_rows(settings: Settings, key: tuple[str, str], lineage: bool = False) -> list[tuple]:
    """All rows of a table in the lake, sorted; lineage depends on the file's bytes."""
    pattern = settings.lake / "raw" / key[0] / key[1] / "*" / "*.parquet"
    left_out = "" if lineage else "exclude (_file_id, _record)"
    with duckdb.connect() as con:
        return con.sql(
            f"select * {left_out} from read_parquet('{pattern}', hive_partitioning = true)"
            " order by all"
        ).fetchall()


def written_bytes(settings: Settings, *zones: str) -> dict[str, str]:
    """Digest of every file below the given zones of the installation."""
    return {
        str(path.relative_to(settings.home)): hashlib.sha256(path.read_bytes()).hexdigest()
        for zone in zones
        for path in sorted((settings.home / zone).rglob("*"))
        if path.is_file()
    }


def intake(settings: Settings, *keys: tuple[str, str]) -> IntakeResult:
    """Run the intake for a few tables only, which keeps a test short."""
    return run_intake(settings, {key: CONTRACTS[key] for key in keys} or CONTRACTS)


def accounting(settings: Settings) -> list[dict]:
    """The ledger's account of every file; holds the identity that every test relies on."""
    ledger = Ledger(settings.ledger_file)
    rows = ledger.accounting()
    assert ledger.verify_chain()
    ledger.close()
    for row in rows:
        parts = ("loaded", "quarantined", "deduplicated", "superseded")
        assert row["records_in"] == sum(row[part] for part in parts)
    return rows


def reasons(settings: Settings) -> list[str]:
    """Reason codes of all refused files, sorted."""
    return sorted(row["reason_code"] for row in accounting(settings) if row["reason_code"])


def refused_records(settings: Settings) -> list[tuple]:
    """Record number, reason and column of every quarantined record."""
    pattern = settings.lake / "quarantine" / "*" / "*" / "*" / "*.parquet"
    if not list(settings.lake.glob("quarantine/*/*/*/*.parquet")):
        return []
    with duckdb.connect() as con:
        return con.sql(
            "select record_number, reason_code, column_name"
            f" from read_parquet('{pattern}') order by all"
        ).fetchall()


def with_key(tmp_path: Path, name: str) -> Settings:
    """An installation whose key is the same in every test, so that tokens can be compared."""
    settings = make_settings(tmp_path / name)
    settings.key_path.parent.mkdir(parents=True)
    settings.key_path.write_bytes(bytes(range(32)))
    settings.key_path.chmod(0o600)
    return settings


def loaded(tmp_path: Path, name: str, key: tuple[str, str], data: bytes, rows: int) -> list[tuple]:
    """The lake's rows of one good file, in an installation of its own."""
    settings = with_key(tmp_path, name)
    deliver(settings, key, data, rows)
    intake(settings, key)
    assert reasons(settings) == []
    return lake_rows(settings, key)
