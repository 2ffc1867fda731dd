"""Why records are one customer: rules, counts and masked forms, never a value.

A record is shown by its record key, the customer key it would have alone. What does not belong
here: printing, deciding.
"""

from typing import Any

import duckdb

from warehouse.identity import overrides, xref
from warehouse.identity.lookup import Record, latest_identifiers, record_named, records_of
from warehouse.identity.rules import DIRECT
from warehouse.settings import Settings


def explain(settings: Settings, customer_key: str) -> dict[str, Any]:
    """What makes this customer: records, shared evidence, former records, decisions."""
    found = records_of(settings, customer_key)
    current = [record for record in found if record.is_current]
    keys = {record.record_key for record in found}
    decided = [
        {"event": o.sequence, "action": o.action, "who": o.who, "reason": o.reason}
        for o in overrides.overrides(settings)
        if keys & {*o.left, *o.right}
    ]
    return {
        "customer_key": customer_key,
        "records": _masked(settings, current),
        "evidence": _evidence(settings, current),
        "former_records": [
            {
                "record_key": record.record_key,
                "record": f"{record.source_name}/{record.entity}",
                "valid_from": record.valid_from.isoformat(),
                "valid_to": record.valid_to.isoformat(),
                "customer_key_now": now.customer_key,
            }
            for record in found
            if not record.is_current
            for now in [record_named(settings, record.name)]
        ],
        "decisions": decided,
    }


def mask(part: str, value: str | None) -> str:
    """A form that a person who knows the value recognises, and nobody else learns it from."""
    if not value:
        return ""
    if part == "phone" and len(value) >= 11:
        return f"{value[-11:-8]}****{value[-4:]}"
    return f"{len(value)} characters"


def _masked(settings: Settings, found: list[Record]) -> list[dict[str, Any]]:
    """Records with masked identifiers, as they were last delivered."""
    latest = latest_identifiers(settings, found)
    return [
        {
            "record_key": record.record_key,
            "record": f"{record.source_name}/{record.entity}",
            "rule_code": record.rule_code,
            "valid_from": record.valid_from.isoformat(),
            **{part: mask(part, latest.get(record.name, {}).get(part)) for part in DIRECT},
        }
        for record in found
    ]


def _evidence(settings: Settings, found: list[Record]) -> list[dict[str, Any]]:
    """Per rule: how many things records share, how many records, and what was passed over."""
    path = settings.lake / "identity" / xref.EVIDENCE
    with duckdb.connect() as con:
        con.execute("create table own (source_name varchar, entity varchar, source_id varchar)")
        names = [[record.source_name, record.entity, record.source_id] for record in found]
        con.executemany("insert into own values (?, ?, ?)", names)
        rows = con.execute(
            f"""
            select rule_code, max(confidence), count(distinct bond) filter (where is_used),
                   count(distinct row(source_name, entity, source_id)) filter (where is_used),
                   count(distinct bond) filter (where not is_used)
            from read_parquet('{path}') inner join own using (source_name, entity, source_id)
            group by rule_code
            order by 2 desc, rule_code
            """
        ).fetchall()
    names = ("rule_code", "confidence", "shared", "records", "passed_over")
    return [dict(zip(names, row, strict=True)) for row in rows]
