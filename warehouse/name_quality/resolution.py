"""What people have settled: a finding that was looked into and stands as it is.

Noted in the ledger with a reason from a closed list, because free text would hold names. It settles
what was seen: when another name comes, or another record joins in, the finding is open again. What
does not belong here: mending a name, which is a corrected delivery by the system that holds it.
"""

import hashlib
from collections import defaultdict
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse.errors import RapportError
from warehouse.ledger import Ledger
from warehouse.name_quality.rules import BLOCKS, RULES
from warehouse.settings import Settings

KIND = "name_resolved"
REASONS = {
    "customer_confirmed": "the customer was asked and the record is right",
    "document_seen": "an identity document shows the name as recorded",
    "known_alias": "both names are the customer's own",
    "sender_confirmed": "the system that delivered it vouches for it",
}


def settled(findings: pa.Table, ledger: Ledger) -> pa.Table:
    """Add to findings whether somebody has settled them, and why."""
    reasons = {}
    for event in ledger.events(KIND):
        settled_thing = event.subject, event.detail["rule_code"], event.detail["seen"]
        reasons[settled_thing] = event.detail["reason_code"]
    seen = _seen(findings)
    rows = findings.select(["customer_key", "rule_code"]).to_pylist()
    keys = [(row["customer_key"], row["rule_code"]) for row in rows]
    found = [reasons.get((*key, seen[key])) for key in keys] if reasons else [None] * len(keys)
    return findings.append_column(
        "is_resolved", pa.array([reason is not None for reason in found], pa.bool_())
    ).append_column("resolution_code", pa.array(found, pa.string()))


def resolve(settings: Settings, customer_key: str, rule_code: str, reason_code: str) -> int:
    """Settle one customer's finding of one rule in every source; takes effect at the next run.

    Returns:
        How many records the finding concerns.

    Raises:
        RapportError: RP-3201 when there is no such open finding, RP-3202 for an unknown reason.
    """
    if reason_code not in REASONS:
        raise RapportError("RP-3202", known=",".join(REASONS))
    rows = [
        row
        for row in _open(settings)
        if (row["customer_key"], row["rule_code"]) == (customer_key, rule_code)
    ]
    if not rows:
        raise RapportError("RP-3201", known_rule=rule_code in RULES)
    seen = _seen(pa.Table.from_pylist(rows))[customer_key, rule_code]
    ledger = Ledger(settings.ledger_file)
    detail = {"rule_code": rule_code, "reason_code": reason_code, "seen": seen}
    ledger.append_event(KIND, subject=customer_key, detail=detail)
    ledger.close()
    return len(rows)


def open_findings(settings: Settings) -> list[tuple[str, str, str, int, date]]:
    """Customer, source, rule, records and day of every finding that keeps somebody out of lists."""
    counts: dict[tuple[str, str, str], list[date]] = defaultdict(list)
    for row in _open(settings):
        if row["severity_level"] == BLOCKS:
            place = row["customer_key"], row["source_name"], row["rule_code"]
            counts[place].append(row["delivered_date"])
    return [(*place, len(days), max(days)) for place, days in sorted(counts.items())]


def _open(settings: Settings) -> list[dict]:
    path = settings.lake / "identity" / "name_quality.parquet"
    if not path.exists():
        return []
    return [row for row in pq.read_table(path).to_pylist() if not row["is_resolved"]]


def _seen(findings: pa.Table) -> dict[tuple[str, str], str]:
    """Digest of what a customer's finding of a rule rests on: the records and their tokens."""
    places = ("source_name", "entity", "source_id", "observed_token", "canonical_token")
    seen: dict[tuple[str, str], list[tuple]] = defaultdict(list)
    for row in findings.to_pylist():
        key = row["customer_key"], row["rule_code"]
        seen[key].append(tuple(row[place] or "" for place in places))
    return {
        key: hashlib.sha256(repr(sorted(rows)).encode()).hexdigest()[:16]
        for key, rows in seen.items()
    }
