"""Files of another kind than a CSV text: Parquet through the same account, databases never opened.

Pins down that a Parquet delivery gives the rows, tokens and refusals of the same table as CSV, that
one made to do harm ends its child and nothing else, and that databases, archives and workbooks
under any name are refused by their first bytes.
"""

import gzip
import io
import sqlite3
import subprocess
import sys
import zipfile
from dataclasses import replace

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from exports import BILLS, CONTRACTS, CUSTOMERS, DAY, PAYMENTS, USAGE, bills, content, customers
from installation import install, with_key

from warehouse.intake.file_kind import MAGIC, kind_of
from warehouse.intake.parquet import CHILD
from warehouse.intake.take import run_intake


def parquet(key) -> dict:
    """The contract of a table as if its sender had chosen Parquet."""
    contract = CONTRACTS[key]
    files = contract.files.replace(".csv", ".parquet")
    return {key: replace(contract, format="parquet", files=files, manifest="none")}


def deliver_parquet(site, key, rows: list[dict] | pa.Table) -> None:
    table = rows if isinstance(rows, pa.Table) else pa.Table.from_pylist(rows)
    out = io.BytesIO()
    pq.write_table(table, out)
    name = parquet(key)[key].files.format(date=DAY.strftime("%Y%m%d"))
    site.deliver(key, out.getvalue(), name=name)


@pytest.mark.parametrize("key", [BILLS, CUSTOMERS])
def test_parquet_gives_the_rows_of_the_same_table_as_csv(tmp_path, key):
    rows = bills(9) if key == BILLS else customers(9)
    rows[4] |= {"amount_yuan": "1.005"} if key == BILLS else {"status_code": "gone"}
    results = []
    for form in ("csv", "parquet"):
        site = with_key(tmp_path / form)
        if form == "csv":
            site.deliver_rows(key, rows)
            site.intake(key)
        else:
            deliver_parquet(site, key, rows)
            run_intake(site, parquet(key))
        (account,) = site.accounting()
        assert (account["loaded"], account["quarantined"]) == (8, 1)
        results.append((site.lake_rows(key), site.refused_records()))
    assert results[0] == results[1]
    assert [record for record, _, _ in results[0][1]] == [5]


def test_typed_columns_of_parquet_are_judged_as_their_text(site):
    table = pa.Table.from_pylist(bills(3))
    amounts = pa.array(["1.10", "-2.00", "3.33"]).cast(pa.decimal128(10, 2))
    days = pa.array([DAY] * 3, pa.date32())
    codes = pa.array(["monthly_fee"] * 3).dictionary_encode()
    for name, column in (("amount_yuan", amounts), ("billed_date", days), ("item_code", codes)):
        table = table.set_column(table.schema.get_field_index(name), name, column)
    deliver_parquet(site, BILLS, table)
    run_intake(site, parquet(BILLS))
    assert [(str(row[5]), row[6]) for row in site.lake_rows(BILLS)] == [
        ("1.10", DAY),
        ("-2.00", DAY),
        ("3.33", DAY),
    ]


@pytest.mark.parametrize("zone", [None, "UTC", "America/New_York"])
def test_a_zone_in_parquet_is_honoured_and_its_absence_is_local_time(site, zone):
    instant = pa.array([1_761_924_600_000_000], pa.timestamp("us", zone))  # 2025-10-31 15:30 UTC
    row = {"payment_id": "P", "account_id": "A", "bill_id": "", "amount_yuan": "1"}
    table = pa.Table.from_pylist([row | {"method_code": "cash"}]).append_column("paid_at", instant)
    deliver_parquet(site, PAYMENTS, table)
    run_intake(site, parquet(PAYMENTS))
    hour = site.lake_rows(PAYMENTS)[0][5].hour
    assert hour == (7 if zone is None else 15)


def test_a_parquet_file_made_to_do_harm_ends_only_its_child(site):
    out = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(bills(50)), out)
    good, files = out.getvalue(), 0
    name = parquet(BILLS)[BILLS].files
    for cut in range(0, len(good), len(good) // 5):
        data = good[:cut] + b"\xff" * 8 + good[cut + 8 :]
        files += 1
        site.deliver(BILLS, data, name=name.format(date=f"202610{files:02d}"))
    run_intake(site, parquet(BILLS))
    assert len(site.accounting()) == files
    assert "RP-1022" in site.reasons()


def test_the_child_cannot_take_more_memory_than_it_is_given(tmp_path):
    words = pa.DictionaryArray.from_arrays(pa.array([0] * 2000, pa.int32()), ["x" * (1 << 20)])
    small, text = tmp_path / "small.parquet", tmp_path / "text"
    pq.write_table(pa.table({"a": words}), small, compression="zstd")
    assert small.stat().st_size < 100_000, "and yet 2 GB of text"
    program = (
        f"import sys; sys.path.insert(0, {str(CHILD.parent)!r}); import parquet_child as child;"
        "child.MEMORY_BYTES = 1 << 30; child.limit();"
        f"sys.exit(child.spell({str(small)!r}, {str(text)!r}, ','))"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True)
    assert ended.returncode not in (0, 3)
    assert text.read_text() == "a\n", "nothing but the header was written"


@pytest.mark.parametrize(
    "column",
    [pa.array([[1, 2]]), pa.array([{"a": 1}]), pa.array([b"\xff"])],
    ids=["list", "struct", "bytes"],
)
def test_a_column_that_is_no_plain_value_refuses_the_parquet_file(site, column):
    deliver_parquet(site, BILLS, pa.Table.from_pylist(bills(1)).append_column("more", column))
    run_intake(site, parquet(BILLS))
    assert site.reasons() == ["RP-1022"]


def database(tmp_path, kind: str) -> bytes:
    path = tmp_path / kind
    if kind == "duckdb":
        with duckdb.connect(str(path)) as con:
            con.execute("create table bills as select 1 as x")
    else:
        with sqlite3.connect(path) as con:
            con.execute("create table bills (x)")
    return path.read_bytes()


def test_a_landed_database_is_never_attached_whatever_it_is_called(tmp_path):
    site = install(tmp_path)
    for step, kind in enumerate(("duckdb", "sqlite")):
        data = database(tmp_path, kind)
        assert kind_of(data) == kind
        site.deliver(BILLS, data, name=f"bills.{kind}")
        site.deliver(CUSTOMERS, data, name=f"customers_2026110{step + 1}.csv")
        site.deliver(
            USAGE,
            gzip.compress(data, mtime=0),
            1,
            name=f"usage_days_2026110{step + 1}.csv.gz",
        )
    run_intake(site, {key: CONTRACTS[key] for key in (CUSTOMERS, USAGE, BILLS)} | no_manifest())
    assert site.reasons() == ["RP-1008"] * 2 + ["RP-1018"] * 4
    assert site.lake_rows(CUSTOMERS) == []


def no_manifest() -> dict:
    return {USAGE: replace(CONTRACTS[USAGE], manifest="none")}


def test_an_archive_inside_or_instead_of_a_gzip_is_refused(site):
    whole = content(CONTRACTS[USAGE], [])
    zipped = io.BytesIO()
    with zipfile.ZipFile(zipped, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("usage_days_20261101.csv", b"0" * 50_000_000)
    bomb = gzip.compress(b"0" * 10_000_000, mtime=0)
    many = bomb * 30
    nested = gzip.compress(bomb, mtime=0)
    for step, data in enumerate(
        (zipped.getvalue(), many, nested, gzip.compress(zipped.getvalue()))
    ):
        site.deliver(USAGE, data, name=f"usage_days_2026110{step + 1}.csv.gz")
    site.deliver(CUSTOMERS, zipped.getvalue())
    site.deliver(USAGE, whole, name="usage_days_20261109.csv.gz")
    run_intake(site, {CUSTOMERS: CONTRACTS[CUSTOMERS]} | no_manifest())
    assert site.reasons() == ["RP-1018"] * 4 + ["RP-1021"]
    assert not [path for path in site.vault.rglob("*") if path.suffix == ".text"]


def test_a_gzip_of_several_honest_members_is_one_file(site):
    row = {"subscription_id": "S", "call_minutes": "1", "call_count": "1", "sms_count": "0"}
    row |= {"data_mb": "2", "roaming_minutes": "0"}
    rows = [row | {"usage_date": f"2026-10-{day}"} for day in (10, 11)]
    text = gzip.decompress(content(CONTRACTS[USAGE], rows))
    at = text.index(b"2026-10-11") - 1
    site.deliver(USAGE, b"".join(gzip.compress(part, mtime=0) for part in (text[:at], text[at:])))
    run_intake(site, no_manifest())
    assert len(site.lake_rows(USAGE)) == 2


def test_the_kinds_of_files_are_told_apart():
    for kind, (offset, magic) in MAGIC.items():
        assert kind_of(b"\0" * offset + magic + b"rest") == kind
    assert kind_of("客户编号,客户类型\n".encode("gb18030")) == ""
    assert kind_of(b"") == ""
