"""What the warehouse is built from, as tables that dbt reads: run context, versions, accounting.

A version is a digest of everything a day of facts or a snapshot of indicators depends on: accepted
files, code, key and identity. Models keep the version they were built from and rebuild exactly
what differs, so that late, corrected and vanished files restate the days they touch and nothing
else, and a killed run is finished by the next one. What does not belong here: rules, clock times.
"""

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from ml.registry import scopes
from warehouse.contract import TableContract, load_contracts
from warehouse.deliveries import dq
from warehouse.engine.code_version import ASKS_AND_SHOWS, code_version, digest
from warehouse.engine.warehouse_file import begin_anew_for
from warehouse.files import write_parquet
from warehouse.identity.overrides import overrides
from warehouse.indicators import restating
from warehouse.layouts.empty import write_empty
from warehouse.ledger import Ledger
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

DECISIONS = ("name_resolved", restating.KIND)
"""Kinds of ledger events by which people change a result, beside decisions about identity."""


def generation_id(settings: Settings, as_of: date) -> str:
    """Name of what would be published now: a digest of all inputs of the marts.

    Equal inputs give the equal id, which is how a second run knows that nothing is to be done.
    """
    ledger = Ledger(settings.ledger_file)
    champions = sorted(path.read_text() for path in settings.models.glob("*/champion.json"))
    key_version = Pseudonyms.load(settings, ledger_has_files=True).key_version
    choices = (settings.k_anonymity,)
    named = [(event.kind, event.subject, event.detail) for event in ledger.events(*DECISIONS)]
    decided = [(o.action, o.left, o.right) for o in overrides(settings)] + named
    code = code_version(*ASKS_AND_SHOWS)
    return digest(as_of, code, key_version, champions, choices, decided, ledger.accounting())


def write(settings: Settings, as_of: date) -> None:
    """Write `lake/audit/*.parquet` for a run as of a date; identity must have been resolved."""
    ledger = Ledger(settings.ledger_file)
    contracts = load_contracts()
    code, key_version = code_version(), Pseudonyms.load(settings, ledger_has_files=True).key_version
    events = _event_versions(ledger, code)
    snapshots, segment_days = _snapshots(settings, ledger, contracts, events, code, as_of)
    begin_anew_for(settings, code)
    tables = {
        "run_context": pa.table(
            {
                "as_of_date": pa.array([as_of], pa.date32()),
                "code_version": [code],
                "key_version": [key_version],
            }
        ),
        "event_days": pa.table(
            {
                "source_name": [source for source, _, _ in events],
                "table_name": [table for _, table, _ in events],
                "event_date": pa.array([day for _, _, day in events], pa.date32()),
                "version": list(events.values()),
            },
            schema=_EVENT_DAYS,
        ),
        "snapshots": snapshots,
        "segment_days": segment_days,
        "offers": pa.Table.from_pylist(scopes(), schema=_OFFERS),
        "file_accounting": pa.Table.from_pylist(ledger.accounting(), schema=_FILE_ACCOUNTING),
    }
    for name, table in tables.items():
        write_parquet(table, settings.lake / "audit" / f"{name}.parquet")
    write_empty(settings.lake)
    dq.write(settings, ledger, contracts, as_of)


_OFFERS = pa.schema([(n, pa.string()) for n in ("offer_code", "family_code", "product_id")])
_EVENT_DAYS = pa.schema(
    [
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("event_date", pa.date32()),
        ("version", pa.string()),
    ]
)
_FILE_ACCOUNTING = pa.schema(
    [
        ("source_name", pa.string()),
        ("table_name", pa.string()),
        ("business_date", pa.date32()),
        ("file_id", pa.string()),
        ("file_state", pa.string()),
        ("records_in", pa.int64()),
        ("loaded", pa.int64()),
        ("quarantined", pa.int64()),
        ("deduplicated", pa.int64()),
        ("superseded", pa.int64()),
        ("reason_code", pa.string()),
    ]
)


def _event_versions(ledger: Ledger, code: str) -> dict[tuple[str, str, date], str]:
    """Version per event table and local day: which accepted files hold rows of it."""
    files = defaultdict(list)
    for row in ledger.file_days():
        files[row.source, row.table, row.event_date].append(row.file_id)
    return {day: digest(code, sorted(ids)) for day, ids in sorted(files.items())}


def month_ends(first: date, last: date) -> list[date]:
    """Every month end from the month of `first` up to and including `last`."""
    ends, day = [], first
    while (end := day.replace(day=monthrange(day.year, day.month)[1])) <= last:
        ends.append(end)
        day = end + timedelta(days=1)
    return ends


def _snapshots(
    settings: Settings,
    ledger: Ledger,
    contracts: dict[tuple[str, str], TableContract],
    events: dict[tuple[str, str, date], str],
    code: str,
    as_of: date,
) -> tuple[pa.Table, pa.Table]:
    """Wanted indicator snapshots, and the days on which customers are placed in segments.

    Snapshots are month ends since the first delivery and `as_of` itself. Segments are told for the
    eve (`as_of` - 1), too, so that a move has its day; yesterday's run has built it. The eve is a
    side branch: nothing goes through it, which is why it is no snapshot.
    """
    first = min((file.business_date for file in ledger.active_files()), default=as_of)
    snapshots = sorted({*month_ends(first, as_of), as_of})
    eve = as_of - timedelta(days=1)
    wanted = sorted({*snapshots, eve} if eve >= first else snapshots)
    records = _record_versions(settings, contracts, as_of)
    deliveries = sorted(
        (file.business_date, file.source, file.table, file.sha256)
        for file in ledger.active_files()
        if contracts[file.source, file.table].entity
    )
    restated = restating.restated(settings).items()
    versions = [
        digest(
            code,
            [(name, begin) for name, begin in restated if day < begin],
            [version for (_, _, happened), version in events.items() if happened <= day],
            [file for file in deliveries if file[0] <= day],
            sum(version for born, version in records if born <= day),
        )
        for day in wanted
    ]
    is_eve = pa.array([day not in snapshots for day in wanted])
    days = pa.table(
        {
            "as_of_date": pa.array(wanted, pa.date32()),
            "is_month_end": [(day + timedelta(days=1)).day == 1 for day in wanted],
            "version": versions,
        }
    )
    return days.filter(pc.invert(is_eve)), days.append_column("is_eve", is_eve)


def _record_versions(
    settings: Settings, contracts: dict[tuple[str, str], TableContract], as_of: date
) -> list[tuple[date, int]]:
    """Per day of birth, an order-free digest of the entity records a snapshot may know.

    A record counts from the day it was born (registered, opened, started) even when its file came
    later; what it says then is what its first file said. A catalogue is complete on each delivery,
    so there the whole latest row counts: a corrected cost restates history, on purpose.
    """
    queries = [
        f"""
        select first_known_date as born,
               sum(cast(md5_number_lower(
                   concat_ws('|', source_name, source_id, customer_key, first_file_id)
               ) as hugeint)) as version
        from read_parquet('{settings.lake}/identity/customer_xref.parquet')
        where first_known_date <= date '{as_of}' and valid_to = date '9999-12-31'
        group by born
        """
    ]
    for contract in contracts.values():
        if not contract.entity:
            continue
        rows = f"""
            read_parquet('{settings.lake}/raw/{contract.source}/{contract.table}/*/*.parquet',
                         hive_partitioning = true)
            where business_date <= date '{as_of}'
        """
        key = ", ".join(contract.key)
        if contract.delivery == "full":
            queries.append(f"""
                select coalesce({contract.born}, date '1900-01-01'),
                       sum(cast(md5_number_lower(to_json(latest)::varchar) as hugeint))
                from (select * exclude (_file_id, _record, business_date) from {rows}
                      qualify business_date = max(business_date) over ()) as latest
                group by 1
            """)
        else:
            queries.append(f"""
                select least(business_date, cast({contract.born} as date)),
                       sum(cast(md5_number_lower(concat_ws('|', {key}, _file_id)) as hugeint))
                from (select {key}, {contract.born}, business_date, _file_id from {rows}
                      qualify row_number() over (
                          partition by {key} order by business_date, _file_id, _record) = 1)
                group by 1
            """)
    with duckdb.connect() as con:
        rows = con.sql(" union all ".join(queries)).fetchall()
    return [(born, int(version)) for born, version in rows]
