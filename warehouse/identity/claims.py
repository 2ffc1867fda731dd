"""What every record said of itself from when on, bare of values that identify nobody.

What does not belong here: which claims join records (`timeline`).
"""

import duckdb

from warehouse.identity.rules import HUBS, LINK, PLACEHOLDERS, RULES
from warehouse.literals import quoted

PARTS = tuple(sorted({part for rule in RULES for part in rule.parts}))
_PLACEHOLDERS = {
    part: "|".join(f"({p.pattern})" for p in PLACEHOLDERS if p.part == part)
    for part in sorted({placeholder.part for placeholder in PLACEHOLDERS})
}


def load(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `nobody` (part, token) and `claim`: a row per record and day it said something new.

    Of several versions of one business date the last delivered speaks. Whether a value identifies
    nobody is judged over all versions, so that it does not depend on the day.
    """
    con.execute(f"create temp table nobody as {' union '.join([*_placeholders(), *_hubs()])}")
    cleaned = [
        f"case when nobody_{part}.token is null then version.{part}_token end as {part}"
        for part in PARTS
        if part != LINK
    ]
    joins = [
        f"left join nobody as nobody_{part} on nobody_{part}.part = '{part}'"
        f" and nobody_{part}.token = version.{part}_token"
        for part in PARTS
        if part != LINK
    ]
    said = ", ".join(PARTS)
    con.execute(
        f"""
        create temp table claim as
        with named as (
            select source_id from record where source_rank = 1
        ),
        last_of_day as (
            select
                record.position,
                version.business_date as from_date,
                case when version.source_rank = 1 then version.source_id else named.source_id end
                    as {LINK},
                {", ".join(cleaned)}
            from version
            inner join record
                on version.source_rank = record.source_rank
                and version.source_id = record.source_id
            left join named on version.link = named.source_id
            {" ".join(joins)}
            qualify row_number() over (
                partition by record.position, version.business_date
                order by version._file_id desc, version._record desc
            ) = 1
        )
        select *
        from last_of_day
        qualify row({said}) is distinct from lag(row({said})) over (
            partition by position order by from_date
        )
        """
    )


def _placeholders() -> list[str]:
    return [
        f"select distinct '{part}' as part, {part}_token as token from version"
        f" where regexp_full_match({part}, {quoted(pattern)})"
        for part, pattern in _PLACEHOLDERS.items()
    ]


def _hubs() -> list[str]:
    """Values under too many names; a record without a name counts as a name of its own."""
    return [
        f"select '{hub.part}', {hub.part}_token from version where {hub.part}_token is not null"
        f" group by {hub.part}_token having"
        f" count(distinct coalesce(name_token, concat(source_rank, ':', source_id))) > {hub.names}"
        for hub in HUBS
    ]
