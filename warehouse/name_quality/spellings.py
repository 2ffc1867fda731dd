"""A name by itself: repaired, without title, and tried against every pattern, once per spelling.

Most names are plain simplified text, so Python sees only the others. What does not belong here: the
patterns (`rules`).
"""

import duckdb
import pyarrow as pa

from warehouse.intake.columns import quoted
from warehouse.name_quality.rules import ANY, BLOCKS, REPAIRED, SPELLING, TITLE_PATTERN, Rule
from warehouse.text import repair, simplified, traditional_characters

_PLAIN = r"^[\x{4e00}-\x{9fff}]+$"
_REPAIRED = pa.schema([("name", pa.string()), ("shown", pa.string()), ("folded", pa.string())])


def load(con: duckdb.DuckDBPyConnection) -> None:
    """Fill `spelling` with every distinct name of `record`: name, shown, folded, without title."""
    con.execute("create temp table delivered as select distinct name from record where name <> ''")
    odd = con.sql(
        f"""
        select name from delivered
        where not regexp_matches(name, {quoted(_PLAIN)})
            or regexp_matches(name, '[{traditional_characters()}]')
        """
    ).fetchall()
    shown = [repair(name) for (name,) in odd]
    columns = [[name for (name,) in odd], shown, [simplified(name) for name in shown]]
    con.register("repaired", pa.table(columns, schema=_REPAIRED))
    con.execute(
        f"""
        create temp table spelling as
        select
            name,
            coalesce(repaired.shown, name) as shown,
            coalesce(repaired.folded, name) as folded,
            nullif(trim(regexp_replace(
                coalesce(repaired.shown, name), {quoted(TITLE_PATTERN)}, ''
            )), '') as bare
        from delivered left join repaired using (name)
        """
    )
    con.unregister("repaired")
    hits = " union all ".join(
        f"select distinct folded, {quoted(rule.code)} as rule_code from spelling where {_hit(rule)}"
        for rule in SPELLING
    )
    con.execute(f"create temp table hit as {hits}")


def _hit(rule: Rule) -> str:
    condition = f"regexp_matches(folded, {quoted(rule.pattern)})"
    if rule.unless:
        condition += f" and not regexp_matches(folded, {quoted(rule.unless)})"
    return condition


def add(con: duckdb.DuckDBPyConnection) -> None:
    """Add to `finding` what is wrong with each record's name, taken by itself."""
    conditions = [
        f"(rule_code = {quoted(rule.code)}"
        + ("" if rule.subject == ANY else f" and subject = {quoted(rule.subject)}")
        + (f" and sex_code = {quoted(rule.sex_code)})" if rule.sex_code else ")")
        for rule in SPELLING
    ]
    con.execute(
        f"""
        insert into finding
        select position, rule_code, case when bare <> shown then bare end,
               case when bare <> shown then length(shown) - length(bare) end
        from named inner join hit using (folded)
        where {" or ".join(conditions)};

        insert into finding
        select position, '{REPAIRED.code}', shown, null from named where name <> shown
        """
    )
    blocking = ", ".join(quoted(rule.code) for rule in SPELLING if rule.severity_level == BLOCKS)
    con.execute(
        f"""
        update named set is_damaged = true
        where position in (select position from finding where rule_code in ({blocking}))
        """
    )
