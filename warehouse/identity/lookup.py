"""A few records looked up: where they belong, what they say, what they are.

Reads what the last run wrote and, for identifiers, the vault. A record is named by its record key,
the customer key it would have alone, or `source:entity:id`. What does not belong here: explaining,
deciding.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from warehouse.errors import RapportError
from warehouse.identity import records, xref
from warehouse.identity.rules import DIRECT, ENTITIES, PARTIES
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings


@dataclass(frozen=True)
class Record:
    """One source record of a customer."""

    record_key: str
    source_name: str
    entity: str
    source_id: str
    customer_key: str
    rule_code: str
    valid_from: date
    valid_to: date

    @property
    def name(self) -> str:
        """What its key is made of, and what a person may call it."""
        return xref.origin(self.source_name, self.entity, self.source_id)

    @property
    def is_current(self) -> bool:
        """Whether it belongs to that customer now."""
        return self.valid_to == xref.FOREVER


def records_of(settings: Settings, customer_key: str) -> list[Record]:
    """Every record that is or was this customer's, visitors aside, oldest first.

    Raises:
        RapportError: RP-3101 when nobody ever had this key.
    """
    found = _read(settings, "customer_key = ?", customer_key)
    if not found:
        raise RapportError("RP-3101", key=customer_key)
    return found


def record_named(settings: Settings, name: str) -> Record:
    """The record with this record key or `source:entity:id`, where it is now.

    Raises:
        RapportError: RP-3102 when there is none.
    """
    if name.count(":") >= 2:
        source, entity, source_id = name.split(":", 2)
        where = "source_name = ? and entity = ? and source_id = ?"
        found = [r for r in _read(settings, where, source, entity, source_id) if r.is_current]
    else:
        found = [r for r in _read(settings, "true") if r.is_current and r.record_key == name]
    if not found:
        raise RapportError("RP-3102", records=1)
    return found[0]


def latest_identifiers(settings: Settings, found: list[Record]) -> dict[str, dict[str, str]]:
    """Identifiers of a few records as last delivered, by name: read in the restricted zone."""
    latest: dict[str, dict[str, str]] = {}
    with records.open_restricted(settings) as con:
        for entity in ENTITIES:
            ids = [record.source_id for record in found if record.entity == entity.entity]
            parts = [part for part in DIRECT if getattr(entity, part)]
            if not ids:
                continue
            rows = con.execute(
                f"""
                select source_id, {", ".join(getattr(entity, part) for part in parts)}
                from read_parquet('{settings.vault}/{entity.source}/{entity.table}/*/*.parquet',
                                  hive_partitioning = true, filename = true)
                where source_id in (select unnest(?))
                qualify row_number() over (
                    partition by source_id order by business_date desc, filename desc, _record desc
                ) = 1
                """,
                [ids],
            ).fetchall()
            for source_id, *values in rows:
                name = xref.origin(entity.source, entity.entity, source_id)
                latest[name] = dict(zip(parts, values, strict=True))
    return latest


def parties(settings: Settings, found: list[Record]) -> set[str]:
    """Whether records are of people or of organisations, as far as their sources say."""
    codes: set[str] = set()
    with duckdb.connect() as con:
        for entity in ENTITIES:
            ids = [record.source_id for record in found if record.entity == entity.entity]
            if not ids or not entity.party_type_code:
                continue
            rows = con.execute(
                f"""
                select {entity.party_type_code}
                from read_parquet('{settings.lake}/raw/{entity.source}/{entity.table}/*/*.parquet',
                                  hive_partitioning = true)
                where {entity.source_id} in (select unnest(?))
                qualify row_number() over (
                    partition by {entity.source_id}
                    order by business_date desc, _file_id desc, _record desc
                ) = 1
                """,
                [ids],
            ).fetchall()
            codes |= {code for (code,) in rows}
    return {PARTIES[code] for code in codes if code in PARTIES}


def _read(settings: Settings, where: str, *values: str) -> list[Record]:
    path = settings.lake / "identity" / xref.XREF
    if not path.exists():
        raise RapportError("RP-3007", folder=settings.landing)
    with duckdb.connect() as con:
        rows = con.execute(
            f"""
            select source_name, entity, source_id, customer_key, rule_code, valid_from, valid_to
            from read_parquet('{path}')
            where entity <> 'visitor' and {where}
            order by first_known_date, source_name, entity, source_id, valid_from
            """,
            list(values),
        ).fetchall()
    made = Pseudonyms.load(settings).keys_of(xref.origin(*row[:3]) for row in rows)
    return [Record(key, *row) for key, row in zip(made, rows, strict=True)]
