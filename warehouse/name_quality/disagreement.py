"""The names of one customer against each other: which one holds, and how another differs from it.

Every record has a voice; a spelling that is damaged by itself has none against a sound one, and
between equals nobody knows. Only the few customers whose records differ are looked at in Python.
What does not belong here: a name by itself.
"""

from functools import cache

import duckdb
import pyarrow as pa

from warehouse.name_quality.glyphs import LOOKS_LIKE
from warehouse.name_quality.rules import (
    ORDER,
    ORGANISATION,
    OTHER,
    OTHER_HOLDER,
    SHAPE,
    SLIP,
    SOUND,
    WRITTEN_OTHERWISE,
    Rule,
)
from warehouse.text import match_key

_LONG = 6
"""Characters from which on two slips still make one name: organisations, transcribed names."""


def add(con: duckdb.DuckDBPyConnection) -> None:
    """Add to `finding` every record whose name is not the one its customer goes by."""
    con.execute(_DISPUTED)
    pairs = con.sql("select distinct bare, other, subject from disputed order by all").fetchall()
    judged = [(*pair, *_judged(*pair)) for pair in pairs]
    table = pa.table(
        {name: [row[at] for row in judged] for at, name in enumerate(_JUDGED.names)}, schema=_JUDGED
    )
    con.register("judged", table)
    con.execute(
        """
        insert into finding
        select position, rule_code, case when is_settled then other end, edit_distance
        from disputed inner join judged using (bare, other, subject)
        """
    )
    con.unregister("judged")


_JUDGED = pa.schema(
    [
        ("bare", pa.string()),
        ("other", pa.string()),
        ("subject", pa.string()),
        ("rule_code", pa.string()),
        ("edit_distance", pa.int32()),
    ]
)
_DISPUTED = """
    create temp table disputed as
    with voice as (
        select customer_key, bare,
               bool_and(not is_damaged) as is_sound,
               count(*) as records,
               min(position) as oldest
        from named
        where bare is not null
        group by all
    ),
    ranked as (
        select *, row_number() over (
            partition by customer_key order by is_sound desc, records desc, oldest
        ) as place
        from voice
        qualify count(*) over (partition by customer_key) > 1
    ),
    contest as (
        select first.customer_key, first.bare as winner, second.bare as runner_up,
               (first.is_sound, first.records) <> (second.is_sound, second.records) as is_settled
        from ranked as first
        inner join ranked as second using (customer_key)
        where first.place = 1 and second.place = 2
    )
    select position, subject, bare,
           case when bare = winner then runner_up else winner end as other, is_settled
    from named
    inner join contest using (customer_key)
    where bare is not null and (bare <> winner or not is_settled)
"""


def _judged(observed: str, other: str, subject: str) -> tuple[str, int]:
    """The rule two names of one customer fall under, and their distance in characters."""
    one, two = match_key(observed), match_key(other)
    if one == two:
        return WRITTEN_OTHERWISE.code, distance(observed, other)
    return _difference(one, two, subject).code, distance(one, two)


def _difference(one: str, two: str, subject: str) -> Rule:
    if sorted(one) == sorted(two):
        return ORDER
    if len(one) == len(two):
        changed = [(a, b) for a, b in zip(one, two, strict=True) if a != b]
        if all(readings(a) & readings(b) for a, b in changed):
            return SOUND
        if all(pair in LOOKS_LIKE for pair in changed):
            return SHAPE
    shorter = min(len(one), len(two))
    if distance(one, two) <= (2 if shorter >= _LONG else 1) and shorter > 1:
        return SLIP
    return OTHER_HOLDER if subject == ORGANISATION else OTHER


@cache
def readings(character: str) -> frozenset[str]:
    """The syllables a character is read as, without tones; itself when it has none."""
    from pypinyin import Style, pinyin

    found = pinyin(character, style=Style.NORMAL, heteronym=True)
    return frozenset(found[0] if found else character)


def distance(one: str, two: str) -> int:
    """Edit distance in characters (DuckDB's own counts bytes)."""
    row = list(range(len(two) + 1))
    for at, a in enumerate(one, start=1):
        diagonal, row[0] = row[0], at
        for column, b in enumerate(two, start=1):
            step = min(row[column] + 1, row[column - 1] + 1, diagonal + (a != b))
            diagonal, row[column] = row[column], step
    return row[-1]
