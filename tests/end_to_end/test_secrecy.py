"""No direct identifier anywhere outside landing, store and vault, also after failures.

The canaries of the small world are searched in every file of an installation that was killed in
every stage: raw bytes, and what compressed formats hold.
"""

import gzip
import sqlite3
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tests.end_to_end.canaries import CANARIES, SPELLINGS
from tests.end_to_end.conftest import AS_OF

ALLOWED = ("landing", "store", "vault")


def test_the_canaries_were_taken_in_and_refused(stopped):
    installation, _ = stopped
    vault = b"".join(contents(path) for path in (installation.home / "vault").rglob("*.parquet"))
    assert CANARIES["name"].encode() in vault
    with duckdb.connect(installation.current / "marts.duckdb", read_only=True) as con:
        ((refused,),) = con.sql(f"""
            select quarantined_count from mart_file_accounting
            where table_name = 'customers' and business_date = '{AS_OF}'
        """).fetchall()
    assert refused == 3


def test_no_file_outside_the_restricted_zones_holds_a_canary(stopped):
    installation, _ = stopped
    found = {
        str(path.relative_to(installation.home))
        for path in installation.home.rglob("*")
        if path.is_file()
        and path.relative_to(installation.home).parts[0] not in ALLOWED
        and holds_a_canary(path)
    }
    assert found == set()


def test_no_message_holds_a_canary(stopped):
    _, said = stopped
    text = "".join(ended["out"] + ended["err"] for ended in said.values()).encode()
    assert b"RP-3001" in text
    assert not any(spelling in text for spelling in SPELLINGS)


def test_the_restricted_zones_are_closed_to_other_users(stopped):
    installation, _ = stopped
    for zone in ("store", "vault", "keys"):
        assert (installation.home / zone).stat().st_mode & 0o077 == 0


def holds_a_canary(path: Path) -> bool:
    content = contents(path)
    return any(spelling in content for spelling in SPELLINGS)


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
