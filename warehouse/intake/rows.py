"""The rows of one parsed file on their way out: to the lake, the vault and the quarantine.

Direct identifiers part from everything else here, a batch at a time. What does not belong here:
what makes a row good.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.contract import TableContract
from warehouse.files import ROW_GROUP_ROWS, commit_file, temporary_beside
from warehouse.intake.extras import extra_column
from warehouse.lake import lake_schema, path_in, roots, write_query
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

Place = tuple[str, str, date, str]
"""Source, table, business date and file id: where a file's rows lie in every zone."""


@dataclass(frozen=True)
class Batch:
    """Some good rows, parted: what the lake gets and what the vault gets, still unnumbered."""

    lake: pa.Table
    vault: pa.Table | None

    @property
    def days(self) -> Counter[date]:
        """Rows per local day."""
        counted = pc.value_counts(self.lake["_event_date"].combine_chunks()).to_pylist()
        return Counter({row["values"]: row["counts"] for row in counted if row["values"]})


def part(
    contract: TableContract, keys: Pseudonyms, file_id: str, extras: dict[str, str], rows: pa.Table
) -> Batch:
    """Put tokens where identifiers were, and the identifiers aside."""
    made, vault = {}, {}
    for column in contract.columns:
        made[column.name] = rows[column.name]
        if column.is_direct:
            kept, token = keys.kept_and_tokens(column.kind, made.pop(column.name))
            made[column.lake_name] = token
            vault |= {column.name: kept, column.lake_name: token}
    made["_event_date"] = rows["_event_date"]
    made["_file_id"] = pa.DictionaryArray.from_arrays(np.zeros(len(rows), np.int32), [file_id])
    made["_extra"] = extra_column(rows, extras, keys)
    if vault:
        vault = {"source_id": rows[contract.vault_id], **vault}
    return Batch(pa.table(made), pa.table(vault) if vault else None)


class RowWriter:
    """Writes batches in order; a context whose files have their names only when it ends well."""

    def __init__(self, settings: Settings, contract: TableContract, place: Place) -> None:
        """Open the lake's file and, where the table identifies people, the vault's."""
        self._lake = _File(path_in(roots(settings)["raw"], *place), lake_schema(contract))
        self._vault = None
        if contract.direct_columns:
            path = path_in(roots(settings)["vault"], *place)
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._vault = _File(path, _vault_schema(contract))

    def write(self, batch: Batch, records: pa.Array) -> None:
        """Append the rows with these record numbers."""
        self._lake.write(batch.lake.append_column("_record", records))
        if self._vault:
            self._vault.write(batch.vault.append_column("_record", records))

    def __enter__(self) -> "RowWriter":
        """Ready to write."""
        return self

    def __exit__(self, kind: type | None, *failure: object) -> None:
        """Keep both files, or none."""
        files = [file for file in (self._vault, self._lake) if file]
        for file in files:
            file.close()
        for file in files:
            file.keep() if kind is None else file.drop()


class _File:
    """One Parquet file in the making; the same rows give the same bytes."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        at = schema.get_field_index("_file_id")
        if at >= 0:  # one word for all rows: twenty times as fast to make as text
            schema = schema.set(at, pa.field("_file_id", pa.dictionary(pa.int32(), pa.string())))
        self._path, self._schema = path, schema
        self._temporary = temporary_beside(path)
        words = [field.name for field in schema if _repeats(field)]
        self._writer = pq.ParquetWriter(
            self._temporary,
            schema,
            compression="zstd",
            use_dictionary=words,
            column_encoding={"_record": "DELTA_BINARY_PACKED"},  # it counts up: nearly no bytes
            store_decimal_as_integer=True,
            store_schema=False,  # Parquet's own types say all; this would hold pyarrow's
        )

    def write(self, rows: pa.Table) -> None:
        ordered = rows.select(self._schema.names).cast(self._schema)
        self._writer.write_table(ordered, row_group_size=ROW_GROUP_ROWS)

    def close(self) -> None:
        self._writer.close()

    def keep(self) -> None:
        commit_file(self._temporary, self._path)

    def drop(self) -> None:
        self._temporary.unlink(missing_ok=True)


def _repeats(field: pa.Field) -> bool:
    """Whether a dictionary pays: few values, often repeated."""
    return field.name.endswith(("_code", "_file_id")) or field.type in (pa.date32(), pa.bool_())


def _vault_schema(contract: TableContract) -> pa.Schema:
    names = ["source_id"]
    for column in contract.direct_columns:
        names += [column.name, column.lake_name]
    return pa.schema([*((name, pa.string()) for name in names), ("_record", pa.int64())])


def write_quarantine(con: duckdb.DuckDBPyConnection, settings: Settings, place: Place) -> None:
    """Write which records were refused and why, from `refused`; the values stay in the store."""
    query = (
        f"select '{place[-1]}' as file_id, record as record_number, code as reason_code,"
        " nullif(name, '') as column_name from refused order by all"
    )
    write_query(con, query, path_in(roots(settings)["quarantine"], *place))
