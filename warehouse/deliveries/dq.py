"""The facts about deliveries as tables: what dbt's `dq` models read from `lake/audit/`.

Complete and small, rewritten as a whole: before the build, and restatements again when a generation
is out. What does not belong here: the rules (`freshness`, `restatement`, `findings`, `overview`).
"""

from collections.abc import Mapping
from datetime import date

import pyarrow as pa

from warehouse.contract import TableContract
from warehouse.deliveries import findings, freshness, overview, restatement
from warehouse.files import write_parquet
from warehouse.ledger import Ledger
from warehouse.settings import Settings

_TEXT, _DAY, _COUNT, _FLAG = pa.string(), pa.date32(), pa.int64(), pa.bool_()
_PLACE = {"source_name": _TEXT, "table_name": _TEXT, "business_date": _DAY, "file_id": _TEXT}
SCHEMAS = {
    "files": _PLACE
    | {"part_code": _TEXT, "file_name": _TEXT, "state_code": _TEXT, "reason_code": _TEXT}
    | {"size_bytes": _COUNT, "records_in_count": _COUNT, "loaded_count": _COUNT}
    | {"quarantined_count": _COUNT, "deduplicated_count": _COUNT, "superseded_count": _COUNT},
    "set_aside": _PLACE | {"record_number": _COUNT, "reason_code": _TEXT, "column_name": _TEXT},
    "freshness": {"source_name": _TEXT, "table_name": _TEXT, "as_of_date": _DAY}
    | {"is_required": _FLAG, "is_complete": _FLAG, "first_date": _DAY, "last_date": _DAY}
    | {"missing_days_count": _COUNT, "first_missing_date": _DAY},
    "restatements": {"generation_id": _TEXT}
    | _PLACE
    | {"replaced_file_id": _TEXT, "reason_code": _TEXT, "late_by_days": _COUNT}
    | {"days_count": _COUNT, "first_event_date": _DAY, "last_event_date": _DAY}
    | {"is_closed_month": _FLAG},
}


def write(
    settings: Settings,
    ledger: Ledger,
    contracts: Mapping[tuple[str, str], TableContract],
    as_of: date,
) -> None:
    """Write every table as of a day."""
    _write(settings, "files", _files(ledger))
    _write(settings, "set_aside", _set_aside(settings))
    _write(settings, "freshness", _freshness(ledger, contracts, as_of))
    write_restatements(settings, ledger)
    if not findings.path(settings).exists():
        findings.write(settings, [], set())


def write_restatements(settings: Settings, ledger: Ledger) -> None:
    """Write which generation changed which days, as the ledger has it now."""
    rows = []
    for generation, found in restatement.history(ledger):
        days = restatement.expand(found.days)
        rows.append(
            {
                "generation_id": generation,
                "source_name": found.source,
                "table_name": found.table,
                "business_date": found.business_date,
                "file_id": found.file_id,
                "replaced_file_id": found.replaced_file_id,
                "reason_code": found.reason,
                "late_by_days": found.late_by_days,
                "days_count": len(days),
                "first_event_date": min(days, default=None),
                "last_event_date": max(days, default=None),
                "is_closed_month": found.is_closed,
            }
        )
    _write(settings, "restatements", rows)


def _write(settings: Settings, name: str, rows: list[dict]) -> None:
    schema = pa.schema(list(SCHEMAS[name].items()))
    table = pa.Table.from_pylist(rows, schema=schema)
    write_parquet(table, settings.lake / "audit" / f"{name}.parquet")


def _files(ledger: Ledger) -> list[dict]:
    return [
        {
            "source_name": file.source,
            "table_name": file.table,
            "business_date": file.business_date,
            "file_id": file.file_id,
            "part_code": file.part,
            "file_name": file.name,
            "state_code": file.state,
            "reason_code": file.reason_code,
            "size_bytes": file.bytes,
            "records_in_count": file.records_in,
            "loaded_count": file.loaded,
            "quarantined_count": file.quarantined,
            "deduplicated_count": file.deduplicated,
            "superseded_count": file.superseded,
        }
        for file in ledger.files()
    ]


def _set_aside(settings: Settings) -> list[dict]:
    return [
        {
            "source_name": row["source"],
            "table_name": row["table"],
            "business_date": date.fromisoformat(str(row["business_date"])),
            "file_id": row["file_id"],
            "record_number": row["record_number"],
            "reason_code": row["reason_code"],
            "column_name": row["column_name"],
        }
        for row in overview.set_aside(settings)
    ]


def _freshness(
    ledger: Ledger, contracts: Mapping[tuple[str, str], TableContract], as_of: date
) -> list[dict]:
    return [
        {
            "source_name": state.source,
            "table_name": state.table,
            "as_of_date": as_of,
            "is_required": state.is_required,
            "is_complete": state.is_complete,
            "first_date": state.first_date,
            "last_date": state.last_date,
            "missing_days_count": len(state.missing),
            "first_missing_date": min(state.missing, default=None),
        }
        for state in freshness.of_all(ledger, contracts, as_of)
    ]
