"""No direct identifier anywhere outside landing, store and vault, also after failures.

Canaries are planted in every direct column of a delivery, in a row that loads and in rows that are
refused, then every file of the installation is searched: raw bytes, and what compressed formats
hold.
"""

import gzip
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from warehouse.contract import load_contracts

CANARIES = {
    "name": "金丝雀甲乙",
    "id_number": "110101199003078899",
    "phone": "13987650123",
    "email": "canary.bird@nowhere.example",
    "address": "金丝雀巷七号",
}
SPELLINGS = [
    spelling
    for value in CANARIES.values()
    for spelling in (value.encode("utf-8"), value.encode("gb18030"), value.encode("utf-16-le"))
]
ALLOWED = ("landing", "store", "vault")


@pytest.fixture(scope="module")
def searched(reference, tmp_path_factory):
    """An installation that has met the canaries in good rows, bad rows and a failed run."""
    installation = reference.copy_to(tmp_path_factory.mktemp("privacy") / "home")
    deliver_canaries(installation, good=True)
    ran = installation.command()
    deliver_canaries(installation, good=False)
    failed = installation.command(RAPPORT_TESTING="1", RAPPORT_FAULT="pointer_before#1:raise")
    return installation, ran, failed


def deliver_canaries(installation, good: bool) -> None:
    contract = load_contracts()["crm", "customers"]
    row = {column.name: "" for column in contract.columns}
    row |= {column.name: CANARIES[column.kind] for column in contract.direct_columns}
    row |= {
        "customer_id": "C-CANARY",
        "party_type_code": "C",
        "sex_code": "F",
        "registered_at": "2026/11/04 10:00:00",
        "status_code": "active",
    }
    rows = [row]
    if not good:
        # identifiers in columns where none belongs: a bad date, a bad code, a bad number
        rows += [
            row | {"customer_id": "C-BAD1", "birth_date": CANARIES["phone"]},
            row | {"customer_id": "C-BAD2", "sex_code": CANARIES["name"]},
            row | {"customer_id": "C-BAD3", "dependents_count": CANARIES["id_number"] + "x"},
        ]
    folder = installation.home / "landing" / "crm" / "customers"
    lines = [",".join(row), *(",".join(row.values()) for row in rows)]
    day = "20261104" if good else "20261105"
    (folder / f"customers_{day}.csv").write_bytes(("\n".join(lines) + "\n").encode("gb18030"))


def test_the_canaries_were_taken_in_and_a_full_disk_stopped_the_second_run(searched):
    installation, ran, failed = searched
    assert ran.returncode == 0, ran.stderr[-3000:]
    assert failed.returncode == 2
    assert "RP-3001" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert installation.manifest()["as_of_date"] == "2026-11-04"
    vault = b"".join(contents(path) for path in (installation.home / "vault").rglob("*.parquet"))
    assert CANARIES["name"].encode() in vault


def test_no_file_outside_the_restricted_zones_holds_a_canary(searched):
    installation, _, _ = searched
    found = {
        str(path.relative_to(installation.home))
        for path in installation.home.rglob("*")
        if path.is_file()
        and path.relative_to(installation.home).parts[0] not in ALLOWED
        and any(spelling in contents(path) for spelling in SPELLINGS)
    }
    assert found == set()


def test_no_message_holds_a_canary(searched):
    _, ran, failed = searched
    for ended in (ran, failed):
        text = (ended.stdout + ended.stderr).encode()
        assert not any(spelling in text for spelling in SPELLINGS)


def test_the_restricted_zones_are_closed_to_other_users(searched):
    installation, _, _ = searched
    for zone in ("store", "vault", "keys"):
        assert (installation.home / zone).stat().st_mode & 0o077 == 0


def contents(path: Path) -> bytes:
    """Bytes of a file, and the bytes of what it holds when they are compressed or encoded."""
    raw = path.read_bytes()
    if path.suffix == ".gz":
        return raw + gzip.decompress(raw)
    if path.suffix == ".parquet":
        return raw + texts_of(pq.read_table(path, partitioning=None))
    if path.suffix == ".duckdb":
        return raw + database(path)
    if path.suffix in {".sqlite", ".db"}:
        with sqlite3.connect(path) as con:
            return raw + "\n".join(con.iterdump()).encode()
    return raw


def texts_of(table: pa.Table) -> bytes:
    texts = [column for column in table.columns if pa.types.is_string(column.type)]
    return "\n".join(str(text) for column in texts for text in column.unique().to_pylist()).encode()


def database(path: Path) -> bytes:
    with duckdb.connect(path, read_only=True) as con:
        tables = con.sql("""
            select schema_name, table_name from duckdb_tables() where not internal order by all
        """).fetchall()
        texts = []
        for schema, table in tables:
            columns = con.sql(f"""
                select column_name from duckdb_columns()
                where schema_name = '{schema}' and table_name = '{table}'
                and data_type in ('VARCHAR', 'JSON')
            """).fetchall()
            for (column,) in columns:
                query = f'select distinct "{column}" from "{schema}"."{table}"'
                texts += [str(row[0]) for row in con.sql(query).fetchall()]
        return "\n".join(texts).encode()
