"""What stands in the working warehouse: columns and row counts of its tables, in two queries.

What does not belong here: values, and anything that would count a view (a view has no rows of its
own).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from warehouse.settings import Settings


@dataclass(frozen=True)
class Relation:
    """One table or view as the engine has it."""

    columns: tuple[tuple[str, str], ...]
    """Name and type, in order."""
    rows: int | None
    """None for a view."""


def relations(
    settings: Settings, schemas: Iterable[str] | None = None
) -> dict[tuple[str, str], Relation]:
    """Tables and views by (schema, name), all of them or those of some schemas."""
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        columns: dict[tuple[str, str], list[tuple[str, str]]] = {}
        for schema, name, column, kind in con.sql(
            "select schema_name, table_name, column_name, data_type from duckdb_columns()"
            " where not internal order by schema_name, table_name, column_index"
        ).fetchall():
            columns.setdefault((schema, name), []).append((column, kind.lower()))
        wanted = set(schemas) if schemas is not None else {schema for schema, _ in columns}
        tables = con.sql(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall()
        rows = {
            key: con.sql(f'select count(*) from "{key[0]}"."{key[1]}"').fetchall()[0][0]
            for key in tables
            if key[0] in wanted
        }
    return {
        key: Relation(tuple(found), rows.get(key))
        for key, found in columns.items()
        if key[0] in wanted
    }
