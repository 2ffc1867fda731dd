"""The rows of one parsed file on their way out: to the lake, the vault and the quarantine.

Direct identifiers part from everything else here. What does not belong here: what makes a row good.
"""

from datetime import date

import duckdb
import pyarrow as pa

from warehouse.contract import TableContract
from warehouse.extras import extras_table
from warehouse.lake import path_in, roots, write_query
from warehouse.parse import Parsed, Refused
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

Place = tuple[str, str, date, str]
"""Source, table, business date and file id: where a file's rows lie in every zone."""


def write_rows(
    con: duckdb.DuckDBPyConnection,
    settings: Settings,
    keys: Pseudonyms,
    contract: TableContract,
    place: Place,
    parsed: Parsed,
) -> None:
    """Write the good rows: identifiers to the vault, everything else with tokens to the lake."""
    joins = ""
    was_parted = con.execute("select count(*) from good").fetchone()[0] < parsed.records_in
    if contract.direct_columns:
        con.register("identifiers", _identifiers(con, contract, keys))
        path = path_in(roots(settings)["vault"], *place)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_query(con, "select * from identifiers order by _record", path)
        joins += " left join identifiers using (_record)"
    extra = "cast(null as varchar)"
    if parsed.extras:
        con.register("extras", extras_table(con, parsed.extras, keys))
        joins += " left join extras using (_record)"
        extra = "extras._extra"
    columns = ", ".join(
        f"identifiers.{c.lake_name}" if c.is_direct else f"good.{c.name}" for c in contract.columns
    )
    order = " order by good._record" if joins or was_parted else ""
    query = (
        f"select {columns}, good._event_date, '{place[-1]}' as _file_id, good._record,"
        f" {extra} as _extra from good{joins}{order}"
    )
    write_query(con, query, path_in(roots(settings)["raw"], *place))
    for name in ("identifiers", "extras"):
        con.unregister(name)


def _identifiers(
    con: duckdb.DuckDBPyConnection, contract: TableContract, keys: Pseudonyms
) -> pa.Table:
    """Identifiers and their tokens, per record, as the vault holds them."""
    names = ", ".join(column.name for column in contract.direct_columns)
    rows = con.execute(
        f"select {contract.vault_id} as source_id, _record, {names} from good order by _record"
    ).to_arrow_table()
    made = {"source_id": rows["source_id"]}
    for column in contract.direct_columns:
        value, token = keys.kept_and_tokens(column.kind, rows[column.name])
        made |= {column.name: value, column.lake_name: token}
    return pa.table(made | {"_record": rows["_record"]})


def write_quarantine(
    con: duckdb.DuckDBPyConnection, settings: Settings, place: Place, refused: list[Refused]
) -> None:
    """Write which records were refused and why; the values stay in the store."""
    table = pa.table(
        {
            "file_id": [place[-1]] * len(refused),
            "record_number": pa.array([record for record, _, _ in refused], pa.int64()),
            "reason_code": [code for _, code, _ in refused],
            "column_name": pa.array([column or None for _, _, column in refused], pa.string()),
        }
    )
    con.register("refused", table)
    write_query(con, "select * from refused", path_in(roots(settings)["quarantine"], *place))
    con.unregister("refused")
