"""Builds and proves one generation: a DuckDB file of the marts, the same as Parquet, a manifest.

Rows are ordered by the mart's key and nothing of the clock goes in, so equal marts give equal
Parquet bytes and an equal content digest. The DuckDB file is written in a storage format that
clients of DuckDB 1.4 read. What does not belong here: which generation is current (publish.py).
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from warehouse.faults import fault_point
from warehouse.files import ROW_GROUP_ROWS
from warehouse.publication.mart_contract import PUBLISHED_SCHEMAS, Mart, load_marts
from warehouse.settings import Settings

FORMAT = 1
STORAGE_VERSION = "v1.4.0"
"""BI drivers are on 1.4; newer formats would lock them out, older ones store more."""
MANIFEST = "manifest.json"
DATABASE = "marts.duckdb"


def build(settings: Settings, folder: Path, generation_id: str, as_of: date) -> dict[str, Any]:
    """Write a complete generation into an empty folder and return its manifest."""
    contracts = load_marts()
    with duckdb.connect() as con:
        con.execute(f"set threads = {settings.threads}")
        con.execute(f"set memory_limit = '{settings.memory_limit}'")
        con.execute(f"set temp_directory = {_text(settings.home / 'tmp')}")
        con.execute(f"attach {_text(settings.warehouse_file)} as warehouse (read_only)")
        con.execute(
            f"attach {_text(folder / DATABASE)} as published (storage_version '{STORAGE_VERSION}')"
        )
        places = dict(
            con.execute(
                "select table_name, schema_name from duckdb_tables()"
                " where database_name = 'warehouse' and schema_name in (?, ?) order by all",
                PUBLISHED_SCHEMAS,
            ).fetchall()
        )
        marts = {
            name: _write_mart(con, folder, schema, name, contracts.get(name))
            for name, schema in places.items()
        }
        manifest = {
            "format": FORMAT,
            "generation_id": generation_id,
            "as_of_date": as_of.isoformat(),
            **_versions(con, settings, places),
            "marts": marts,
            "content_digest": _digest(
                "".join(f"{name} {mart['content_digest']}\n" for name, mart in marts.items())
            ),
        }
        _write_generation_table(con, manifest)
        con.execute("detach published")
    (folder / MANIFEST).write_text(
        json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False) + "\n"
    )
    fault_point("generation_built")
    return manifest


def read_manifest(folder: Path) -> dict[str, Any] | None:
    """The manifest of a generation, or None when the folder is not a generation."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text())
        return manifest if manifest["generation_id"] == folder.resolve().name else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def is_sound(folder: Path) -> bool:
    """Whether a generation is what its manifest says, file by file and row by row."""
    manifest = read_manifest(folder)
    if manifest is None:
        return False
    try:
        for mart in manifest["marts"].values():
            if _digest((folder / mart["parquet"]).read_bytes()) != mart["parquet_sha256"]:
                return False
        with duckdb.connect(str(folder / DATABASE), read_only=True) as con:
            found = con.execute("select generation_id, content_digest from generation").fetchall()
            rows = {
                name: con.execute(f'select count(*) from "{name}"').fetchall()[0][0]
                for name in manifest["marts"]
            }
    except (OSError, KeyError, duckdb.Error):
        return False
    return found == [(manifest["generation_id"], manifest["content_digest"])] and rows == {
        name: mart["rows"] for name, mart in manifest["marts"].items()
    }


def _write_mart(
    con: duckdb.DuckDBPyConnection, folder: Path, schema: str, name: str, contract: Mart | None
) -> dict[str, Any]:
    """Copy one mart, ordered, into the database and into Parquet; return its entry."""
    keys = contract.key if contract else ()
    by = "order by " + (", ".join(f'"{key}" nulls first' for key in keys) or "all nulls first")
    con.execute(f'create table published."{name}" as from warehouse.{schema}."{name}" {by}')
    if contract:
        con.execute(f'comment on table published."{name}" is {_text(contract.description)}')
        for column, description in contract.columns.items():
            con.execute(f'comment on column published."{name}"."{column}" is {_text(description)}')
    parquet = Path("parquet") / name / f"{name}.parquet"
    (folder / parquet).parent.mkdir(parents=True)
    con.execute(
        f"""copy (from published."{name}" {by}) to {_text(folder / parquet)}
        (format parquet, compression zstd, row_group_size {ROW_GROUP_ROWS})"""
    )
    columns = [row[0] for row in con.execute(f'describe published."{name}"').fetchall()]
    cells = ", ".join(f"coalesce(\"{column}\"::varchar, '\\N')" for column in columns)
    rows, content = con.execute(
        f"""select count(*), sha256(coalesce(string_agg(line, chr(10) order by line), ''))
        from (select concat_ws(chr(31), {cells}) as line from published."{name}")"""
    ).fetchall()[0]
    return {
        "rows": rows,
        "key": list(keys),
        "columns": columns,
        "parquet": str(parquet),
        "parquet_sha256": _digest((folder / parquet).read_bytes()),
        "content_digest": content,
    }


def _versions(
    con: duckdb.DuckDBPyConnection, settings: Settings, names: Iterable[str]
) -> dict[str, Any]:
    """Code, key and models the marts were made with."""
    context = settings.lake / "audit" / "run_context.parquet"
    code, key = con.execute(f"select code_version, key_version from {_text(context)}").fetchall()[0]
    models: list[tuple[str, str]] = []
    if "mart_campaign_propensity" in names:
        models = con.execute(
            "select distinct offer_code, model_version from published.mart_campaign_propensity"
            " order by all"
        ).fetchall()
    return {"code_version": code, "key_version": key, "models": dict(models)}


def _write_generation_table(con: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> None:
    """One row that says in the database itself which generation this is."""
    names = ("generation_id", "as_of_date", "code_version", "key_version", "content_digest")
    con.execute(
        """create table published.generation (generation_id varchar, as_of_date date,
        code_version varchar, key_version varchar, content_digest varchar)"""
    )
    con.execute(
        "insert into published.generation values (?, ?, ?, ?, ?)",
        [manifest[name] for name in names],
    )


def _digest(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()


def _text(value: str | Path) -> str:
    quoted = str(value).replace("'", "''")
    return f"'{quoted}'"
