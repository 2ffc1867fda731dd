"""The simulator writes what the contracts say: names, headers, manifests, days, identifiers.

Read back with the standard library and python-stdnum, not with the simulator's own helpers.
"""

import csv
import gzip
import hashlib
import json
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from stdnum.cn import ric, uscc

from simulator import sentinels, write_world

CONTRACTS = Path(__file__).resolve().parents[2] / "dbt" / "models" / "staging"
SMALL = {"customers": 400, "seed": 3, "start": date(2026, 9, 1), "months": 2, "days": 3}


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    write_world(folder / "landing", folder / "truth", **SMALL)
    return folder


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def tables():
    for path in sorted(CONTRACTS.glob("*/_*.yml")):
        for source in yaml.safe_load(path.read_text(encoding="utf-8")).get("sources", []):
            if source["name"] in ("crm", "boss", "web"):
                for table in source["tables"]:
                    yield source, table


def records(world: Path, source: str, table: str, encoding: str = "utf-8"):
    """(file, record number, row) of every record, keyed by header."""
    for path in sorted((world / "landing" / source / table).iterdir()):
        if path.name.endswith(".ok"):
            continue
        data = path.read_bytes()
        text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode(encoding)
        if ".jsonl" in path.name:
            rows = map(json.loads, text.splitlines())
        else:
            rows = csv.DictReader(text.splitlines())
        for number, row in enumerate(rows, 1):
            yield path, number, row


def test_the_same_arguments_write_the_same_bytes(world, tmp_path):
    write_world(tmp_path / "landing", tmp_path / "truth", **SMALL)
    assert digests(tmp_path) == digests(world)


def test_another_seed_writes_another_world(world, tmp_path):
    write_world(tmp_path / "landing", tmp_path / "truth", **(SMALL | {"seed": 4}))
    here, there = digests(tmp_path), digests(world)
    assert here.keys() == there.keys()
    drawn = [name for name in here if "_20260930" in name and "crm/c" in name]
    assert all(here[name] != there[name] for name in drawn if "campaigns" not in name)


def test_every_table_has_one_file_per_month_end_and_closing_day(world):
    dates = ["20260930", "20261031", "20261101", "20261102", "20261103"]
    for source, table in tables():
        pattern = table["config"]["meta"]["files"]
        folder = world / "landing" / source["name"] / table["name"]
        found = {path.name for path in folder.iterdir() if not path.name.endswith(".ok")}
        assert found == {pattern.replace("{date}", day) for day in dates}


def test_every_header_is_the_contracts_in_the_contracts_encoding(world):
    for source, table in tables():
        meta = source["config"]["meta"]
        names = [(c["config"]["meta"].get("aliases") or [c["name"]])[0] for c in table["columns"]]
        for path in (world / "landing" / source["name"] / table["name"]).iterdir():
            if path.name.endswith(".ok"):
                continue
            data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
            first = data.decode(meta["encoding"]).split("\n", 1)[0]
            if meta["format"] == "csv":
                assert first.split(",") == names
            elif first:
                assert list(json.loads(first)) == names


def test_every_manifest_states_the_rows_and_the_digest_of_its_file(world):
    manifests = sorted((world / "landing" / "boss").rglob("*.ok"))
    assert len(manifests) == 6 * 5
    for manifest in manifests:
        path = manifest.with_name(manifest.name.removesuffix(".ok"))
        stated = json.loads(manifest.read_text())
        assert stated["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
        opened = gzip.open if path.suffix == ".gz" else open
        with opened(path, "rt", encoding="utf-8") as file:
            assert stated["rows"] == sum(1 for _ in file) - 1


def test_event_rows_lie_in_the_days_of_their_file(world):
    for source, table, column, form in (
        ("boss", "bills", "billed_date", "%Y-%m-%d"),
        ("crm", "complaints", "受理时间", "%Y/%m/%d %H:%M:%S"),
        ("web", "orders", "ordered_at", "%Y-%m-%dT%H:%M:%S.%fZ"),
    ):
        encoding = "gb18030" if source == "crm" else "utf-8"
        count = 0
        for path, _, row in records(world, source, table, encoding):
            moment = datetime.strptime(row[column], form)
            day = (moment + timedelta(hours=8 if source == "web" else 0)).date()
            last = datetime.strptime(path.name.split("_")[-1][:8], "%Y%m%d").date()
            first = last.replace(day=1) if last < date(2026, 11, 1) else last
            assert first <= day <= last
            count += 1
        assert count > 5


def test_identity_numbers_agree_with_birth_date_and_sex_but_where_the_truth_says_so(world):
    planted = {
        error["source_id"]: error["error_code"]
        for error in pq.read_table(world / "truth" / "name_errors.parquet").to_pylist()
    }
    swapped = {
        record["source_id"]
        for record in pq.read_table(world / "truth" / "identity.parquet").to_pylist()
        if record["duplicate_code"] == "swapped_birth"
    }
    people = bodies = 0
    for _, _, row in records(world, "crm", "customers", "gb18030"):
        number, customer = row["证件号码"], row["客户编号"]
        if number and row["客户类型"] == "C":
            error = planted.get(customer)
            assert ric.is_valid(number) == (error != "id_number")
            born = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
            assert (born == row["出生日期"]) == (error != "birth")
            is_female = int(number[16]) % 2 == 0
            assert (("F" if is_female else "M") == row["性别"]) == (error != "sex")
            assert customer not in swapped
            people += 1
        elif number:
            assert uscc.is_valid(number)
            bodies += 1
    assert people > 200
    assert bodies > 20


def test_spoiled_rows_are_where_the_truth_says_and_nowhere_else(world):
    planted = pq.read_table(world / "truth" / "bad_rows.parquet").to_pylist()
    payments = {
        (bad["file_name"], bad["record_number"])
        for bad in planted
        if bad["table_name"] == "payments"
    }
    found = {
        (path.name, number)
        for path, number, row in records(world, "boss", "payments")
        if row["amount_yuan"] == "n/a" or not row["account_id"]
    }
    views = {
        (bad["file_name"], bad["record_number"])
        for bad in planted
        if bad["table_name"] == "page_views"
    }
    seen = {
        (path.name, number)
        for path, number, row in records(world, "web", "page_views")
        if row["channel_code"] not in ("web", "app")
    }
    assert found == payments
    assert seen == views
    assert found | seen


def test_placeholder_dates_take_the_place_of_empty_cells_and_are_counted(tmp_path, monkeypatch):
    for table, (column, text, _) in sentinels.PLACEHOLDERS.items():
        monkeypatch.setitem(sentinels.PLACEHOLDERS, table, (column, text, 0.0))
    write_world(tmp_path / "clean" / "landing", tmp_path / "clean" / "truth", **SMALL)
    for table, (column, text, _) in sentinels.PLACEHOLDERS.items():
        monkeypatch.setitem(sentinels.PLACEHOLDERS, table, (column, text, 0.2))
    write_world(tmp_path / "landing", tmp_path / "truth", **SMALL)
    planted = {
        (row["file_name"], row["column_name"]): row["record_count"]
        for row in pq.read_table(tmp_path / "truth" / "placeholders.parquet").to_pylist()
    }
    found = Counter()
    for source, table, column, header, text in (
        ("crm", "complaints", "closed_at", "办结时间", "1970/01/01 08:00:00"),
        ("crm", "customers", "birth_date", "出生日期", "1900-01-01"),
        ("boss", "accounts", "closed_date", "closed_date", "9999-12-31"),
        ("boss", "subscriptions", "ended_date", "ended_date", "9999-12-31"),
    ):
        encoding = "gb18030" if source == "crm" else "utf-8"
        clean = records(tmp_path / "clean", source, table, encoding)
        for (path, _, row), (_, _, before) in zip(
            records(tmp_path, source, table, encoding), clean, strict=True
        ):
            if row[header] == text:
                found[path.name, column] += 1
                assert before == row | {header: ""}
            else:
                assert before == row
    assert dict(found) == planted
    assert {column for _, column in found} >= {"birth_date", "closed_date", "ended_date"}
