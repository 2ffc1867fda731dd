"""What certain rules leave over: records that are probably one person, by `warehouse/linkage`.

People only: an organisation is told apart by its credit code, never by likeness. Weights are fixed
in `linkage/people.yml`, so that the result is a function of the records alone. What does not belong
here: how likeness is measured.
"""

from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse import linkage
from warehouse.identity.rules import BODY
from warehouse.linkage.description import Description, load_description

PEOPLE = Path(linkage.__file__).with_name("people.yml")
RULE_PREFIX = "likely_"
"""Before the names of the evidence that agrees, as in `likely_name+birth`."""


@cache
def people() -> Description:
    """How people are compared."""
    return load_description(PEOPLE)


def probable_links(con: duckdb.DuckDBPyConnection) -> None:
    """Add to `edge` the links between people whom no certain rule joins."""
    from warehouse.linkage.links import link

    found = link(con, persons(con), people())
    rows = {
        "low": pa.array([pair.low for pair in found], pa.int64()),
        "high": pa.array([pair.high for pair in found], pa.int64()),
        "rule_code": pa.array([RULE_PREFIX + pair.evidence for pair in found], pa.string()),
        "confidence": pa.array([pair.confidence for pair in found], pa.float64()),
    }
    con.register("probable", pa.table(rows))
    con.execute("insert into edge select low, high, rule_code, confidence from probable")
    con.unregister("probable")


def persons(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """The records of people with the columns that `people.yml` gives roles to, oldest first.

    Values that identify nobody are left out. Who carries an identity number but no birth date was
    born on the day it says.
    """
    return con.sql(_PERSONS).to_arrow_table()


def _said(part: str) -> str:
    return f"""
        case
            when {part}_token not in (select token from nobody where part = '{part}') then {part}
        end
    """


_PERSONS = rf"""
    with known as (
        select
            *,
            {_said("id_number")} as document,
            {_said("phone")} as own_phone,
            {_said("name")} as own_name,
            {_said("address")} as home,
            count(*) filter (where party = '{BODY}') over (partition by component) as bodies
        from record
        inner join joined using (position)
    )
    select
        position,
        component as cluster,
        own_name as name,
        coalesce(
            strftime(birth_date, '%Y%m%d'),
            nullif(regexp_extract(document, '^\d{{6}}((19|20)\d{{6}})\d{{3}}[\dX]$', 1), '')
        ) as birth,
        own_phone as phone,
        document,
        home,
        nullif(sex_code, 'U') as sex
    from known
    where bodies = 0
    order by position
"""
