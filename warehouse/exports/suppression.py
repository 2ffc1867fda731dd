"""Whom an export may still reach, read from the newest consents and name findings while writing.

A list was scored hours ago; since then somebody may have said no. Who is not named here as allowed
is suppressed, and when the consents of today cannot be known the answer is an error, never an old
list. What does not belong here: choosing people, quotas, writing (the export).
"""

from dataclasses import dataclass
from datetime import date

import duckdb
import pyarrow as pa

from warehouse.contract import TableContract, load_contracts
from warehouse.deliveries import findings, freshness
from warehouse.errors import RapportError
from warehouse.intake import landing
from warehouse.ledger import Ledger
from warehouse.settings import Settings

CONSENTS = ("crm", "consents")
SCOPE = "marketing"


@dataclass(frozen=True)
class LiveConsent:
    """Who may be contacted, as the newest accepted consents say."""

    newest_date: date
    """Business date of the newest delivery of consents that went in."""
    allowed: pa.Table
    """`customer_key, channel_code` of everyone who may be and whose name is not in doubt."""

    def of_channel(self, channel: str) -> frozenset[str]:
        """Customer keys that may be contacted through a channel."""
        channels = self.allowed["channel_code"].to_pylist()
        keys = self.allowed["customer_key"].to_pylist()
        return frozenset(key for key, found in zip(keys, channels, strict=True) if found == channel)


def live_suppression(settings: Settings, as_of: date) -> LiveConsent:
    """Read who may be contacted now; `as_of` is the day the list was made for.

    Raises:
        RapportError: RP-5001 when consents were never delivered, are missing up to that day, wait
            in the landing folder, or cannot be read or told whose they are.
    """
    contract = load_contracts()[CONSENTS]
    expected, newest = _delivered(settings, contract, as_of)
    if any(not found.problem for found in _waiting(settings, contract)):
        raise RapportError("RP-5001", problem="consents_wait_in_landing")
    raw = settings.lake / "raw" / "crm" / "consents" / "*" / "*.parquet"
    identity = settings.lake / "identity"
    with duckdb.connect() as con:
        con.execute(f"set threads = {settings.threads}")
        con.execute(f"set memory_limit = '{settings.memory_limit}'")
        try:
            con.execute(
                f"create view consent as from read_parquet('{raw}', hive_partitioning = true)"
            )
            for view, table in (("xref", "customer_xref"), ("name_finding", "name_quality")):
                con.execute(
                    f"create view {view} as from read_parquet('{identity}/{table}.parquet')"
                )
            (present,) = con.execute("select count(*) from consent").fetchone()
            allowed = con.execute(_ALLOWED, [SCOPE]).to_arrow_table()
        except (duckdb.Error, OSError):
            raise RapportError("RP-5001", problem="unreadable") from None
    if present != expected:
        raise RapportError("RP-5001", problem="rows_missing", expected=expected, got=present)
    return LiveConsent(newest, allowed)


def _delivered(settings: Settings, contract: TableContract, as_of: date) -> tuple[int, date]:
    """How many consents there must be in the lake, and the date of the newest delivery."""
    if not settings.ledger_file.exists():
        raise RapportError("RP-5001", problem="never_delivered")
    ledger = Ledger(settings.ledger_file)
    try:
        (state,) = freshness.of_all(ledger, {CONSENTS: contract}, as_of)
        files = [f for f in ledger.active_files() if (f.source, f.table) == CONSENTS]
        accepted = findings.accepted(ledger)
    finally:
        ledger.close()
    if state.last_date is None or not files:
        raise RapportError("RP-5001", problem="never_delivered")
    for found in freshness.missing_findings([state]):
        if found.finding_id not in accepted:
            raise RapportError("RP-5001", problem="day_missing", date=found.business_date)
    return sum(file.loaded for file in files), max(file.business_date for file in files)


def _waiting(settings: Settings, contract: TableContract) -> list[landing.Landed]:
    """Consents in the landing folder that intake has not dealt with as they now are."""
    ledger = Ledger(settings.ledger_file)
    try:
        known = ledger.observations()
    finally:
        ledger.close()
    return [
        landed
        for landed in landing.look(settings.landing, {CONSENTS: contract})
        if landed.contract is not None
        and not all(
            path in known and known[path].is_done and known[path].looks_like(seen)
            for path, seen in landed.looks.items()
        )
    ]


_ALLOWED = """
    with newest as (
        from consent where scope_code = ?
        qualify row_number() over (
            partition by consent_id
            order by business_date desc, _file_id desc, _record desc
        ) = 1
    ),
    -- given and withdrawn in the same second: the refusal holds
    standing as (
        from newest
        qualify row_number() over (
            partition by customer_id, channel_code order by changed_at desc nulls last, is_granted
        ) = 1
    )
    -- of several records of one person, one refusal is enough
    select xref.customer_key, standing.channel_code
    from standing
    inner join xref on xref.source_name = 'crm' and xref.entity = 'customer'
        and xref.source_id = standing.customer_id and xref.valid_to = date '9999-12-31'
    where xref.customer_key not in (
        select customer_key from name_finding where severity_level = 1 and not is_resolved
    )
    group by all
    having bool_and(standing.is_granted)
    order by all
"""
