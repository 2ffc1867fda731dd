"""Which columns a column is made of, read from the SQL that dbt compiled.

Each scope of a query is looked at once: a few milliseconds a model, where asking a library for one
column after the other begins again every time. A column that cannot be followed has no origins;
lineage explains and never stops a run. What does not belong here: Dagster.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

Origin = tuple[str, str, str]
"""Schema, table and column."""
Columns = Mapping[tuple[str, str], tuple[tuple[str, str], ...]]
"""Name and type of the columns of every relation, by (schema, name)."""


def source_locations(manifest: Mapping[str, Any]) -> dict[str, str]:
    """How dbt-duckdb writes each source into compiled SQL, and the name to read instead."""
    found = {}
    for source in manifest["sources"].values():
        meta = {**source["source_meta"], **source["meta"]}
        if location := meta.get("external_location"):
            written = location.replace("{name}", source["name"])
            found[written] = f'"{source["source_name"]}"."{source["name"]}"'
    return found


def column_lineage(
    sql: str, columns: Columns, locations: Mapping[str, str]
) -> Mapping[str, list[Origin]]:
    """Origins of every selected column; nothing when the SQL cannot be read."""
    for written, name in locations.items():
        sql = sql.replace(written, name)
    named = [
        (group, name, tuple(column for column, _ in found))
        for (group, name), found in columns.items()
        if name in sql
    ]
    return _read(sql.replace('"warehouse".', ""), tuple(sorted(named)))


@cache
def _read(
    sql: str, relations: tuple[tuple[str, str, tuple[str, ...]], ...]
) -> dict[str, list[Origin]]:
    """The same SQL over the same columns is read once a process: graph and dictionary both ask."""
    from sqlglot import MappingSchema, parse_one
    from sqlglot.errors import SqlglotError
    from sqlglot.optimizer.qualify import qualify
    from sqlglot.optimizer.scope import build_scope

    schema: dict[str, dict[str, dict[str, str]]] = {}
    for group, name, columns in relations:
        schema.setdefault(group, {})[name] = dict.fromkeys(columns, "text")
    try:
        query = qualify(
            parse_one(sql, dialect="duckdb"),
            dialect="duckdb",
            schema=MappingSchema(schema, dialect="duckdb"),
            validate_qualify_columns=False,
            quote_identifiers=False,
        )
        scope = build_scope(query)
    except SqlglotError:
        return {}
    memo: dict[tuple[int, str], set[Origin]] = {}
    return {name: sorted(_origins(scope, name, memo)) for name in query.named_selects}


def _origins(scope: Any, column: str, memo: dict[tuple[int, str], set[Origin]]) -> set[Origin]:
    """Leaves below one output column of a scope."""
    from sqlglot import exp

    key = (id(scope), column)
    if key in memo:
        return memo[key]
    found = memo[key] = set()
    if scope.set_operation_scopes:
        position = scope.expression.named_selects.index(column)
        for part in scope.set_operation_scopes:
            found |= _origins(part, part.expression.named_selects[position], memo)
        return found
    for selected in scope.expression.selects:
        if selected.alias_or_name == column:
            for reference in selected.find_all(exp.Column):
                found |= _followed(scope, reference, memo)
    return found


def _followed(scope: Any, reference: Any, memo: dict[tuple[int, str], set[Origin]]) -> set[Origin]:
    """Origins of one reference to a column, in this scope or a query inside it."""
    from sqlglot import exp

    for candidate in (scope, *scope.subquery_scopes):
        source = candidate.sources.get(reference.table)
        if isinstance(source, exp.Table):
            return {(source.db, source.name, reference.name)} if source.db else set()
        if source is not None:
            return _origins(source, reference.name, memo)
    return set()
