"""The restatement report: what else changes when customers merge or part. Keys, names and counts.

Facts keep the numbers of their source, so the report follows the records that moved: their rows in
the lake, the indicators that stand on those tables, the campaigns they were members of. What the
records say of the person themselves changes with any of them and is not listed. What does not
belong here: whether the changes may stand (`changes`).
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from warehouse.contract import TableContract, load_contracts
from warehouse.engine.dbt_layers import read_manifest
from warehouse.files import write_json
from warehouse.identity.changes import Changes
from warehouse.identity.rules import ENTITIES
from warehouse.settings import Settings

CAMPAIGN_MEMBERS = ("crm", "campaign_members", "campaign_id", "customer_id")
"""Who was in which campaign: source, table and the columns of the two."""


def path(settings: Settings) -> Path:
    """Where the report of the last stop lies."""
    return settings.docs / "identity_changes.json"


def build(con: duckdb.DuckDBPyConnection, settings: Settings, changes: Changes) -> dict[str, Any]:
    """Describe what `moved` restates; the connection is the one that compared."""
    contracts = load_contracts()
    _follow(con, settings, contracts.values())
    tables = _tables(con, settings, contracts.values())
    return {
        "change_set": changes.change_set,
        "customers": changes.customers,
        "limit": changes.limit,
        "is_bulk": changes.is_bulk,
        "is_accepted": changes.is_accepted,
        "changes": [asdict(change) for change in changes.items],
        "tables": tables,
        "indicators": _indicators(settings, [table["table"] for table in tables]),
        "snapshots": _snapshots(con, settings),
        "campaigns": _campaigns(con, settings),
    }


def write(settings: Settings, content: dict[str, Any]) -> None:
    """Keep the report for people to read after the run has stopped."""
    write_json(content, path(settings))


def read(settings: Settings) -> dict[str, Any] | None:
    """The report that was written last."""
    found = path(settings)
    return json.loads(found.read_text(encoding="utf-8")) if found.exists() else None


def _follow(
    con: duckdb.DuckDBPyConnection, settings: Settings, contracts: Iterable[TableContract]
) -> None:
    """Fill `touched` (id_column, id): the records that moved and what hangs on them."""
    con.execute("create or replace temp table touched (id_column varchar, id varchar)")
    for entity in ENTITIES:
        con.execute(
            "insert into touched select ?, source_id from moved where entity = ?",
            [entity.source_id, entity.entity],
        )
    own = {entity.source_id for entity in ENTITIES}
    for contract in contracts:
        names = [column.name for column in contract.columns]
        key = contract.key[0]
        hangs_on = [name for name in names if name in own and name != key]
        if contract.entity and len(contract.key) == 1 and key not in own and hangs_on:
            con.execute(
                f"insert into touched select distinct '{key}', {key}"
                f" from {_rows(settings, contract)} as delivered"
                f" where {_is_touched(hangs_on)}"
            )


def _tables(
    con: duckdb.DuckDBPyConnection, settings: Settings, contracts: Iterable[TableContract]
) -> list[dict[str, Any]]:
    columns = {row[0] for row in con.sql("select distinct id_column from touched").fetchall()}
    people = {(entity.source, entity.table) for entity in ENTITIES}
    found = []
    for contract in contracts:
        names = [column.name for column in contract.columns if column.name in columns]
        if names and (contract.source, contract.table) not in people:
            rows = con.sql(
                f"select count(*) from {_rows(settings, contract)} as delivered"
                f" where {_is_touched(names)}"
            ).fetchone()[0]
            found += [{"table": contract.name, "rows": rows}] if rows else []
    return found


def _indicators(settings: Settings, tables: list[str]) -> list[dict[str, Any]]:
    """Indicator tables that descend from the tables, with how many indicators each holds."""
    path = settings.dbt_target / "manifest.json"
    if not path.exists():
        return []
    manifest = read_manifest(path)
    starts = [
        key
        for key, node in manifest["sources"].items()
        if f"{node['source_name']}/{node['name']}" in tables
    ]
    seen: set[str] = set()
    while starts:
        key = starts.pop()
        if key not in seen:
            seen.add(key)
            starts += manifest["child_map"].get(key, [])
    nodes = [manifest["nodes"][key] for key in sorted(seen) if key in manifest["nodes"]]
    return [
        {"table": node["name"], "indicators": _count(node)}
        for node in nodes
        if node["resource_type"] == "model" and node["name"].startswith("ind_")
    ]


def _count(node: dict[str, Any]) -> int:
    entries = node["config"].get("meta", {}).values()
    return sum(1 for entry in entries if isinstance(entry, dict) and "indicator_code" in entry)


def _snapshots(con: duckdb.DuckDBPyConnection, settings: Settings) -> dict[str, Any]:
    """Snapshots from the first day one of the records was known; each of them is rebuilt."""
    first = con.sql("select cast(min(first_known_date) as varchar) from moved").fetchone()[0]
    known = settings.lake / "audit" / "snapshots.parquet"
    rebuilt = 0
    if first and known.exists():
        rebuilt = con.sql(
            f"select count(*) from read_parquet('{known}') where as_of_date >= date '{first}'"
        ).fetchone()[0]
    return {"first_known_date": first, "rebuilt": rebuilt}


def _campaigns(con: duckdb.DuckDBPyConnection, settings: Settings) -> list[dict[str, Any]]:
    source, table, campaign, member = CAMPAIGN_MEMBERS
    rows = con.sql(
        f"""
        select {campaign}, count(distinct {member})
        from read_parquet('{settings.lake}/raw/{source}/{table}/*/*.parquet')
        where {_is_touched([member])}
        group by {campaign}
        order by {campaign}
        """
    ).fetchall()
    return [{"campaign_id": number, "members": members} for number, members in rows]


def _rows(settings: Settings, contract: TableContract) -> str:
    return (
        f"read_parquet('{settings.lake}/raw/{contract.source}/{contract.table}/*/*.parquet',"
        " hive_partitioning = true)"
    )


def _is_touched(columns: Iterable[str]) -> str:
    return " or ".join(
        f"{column} in (select id from touched where id_column = '{column}')" for column in columns
    )
