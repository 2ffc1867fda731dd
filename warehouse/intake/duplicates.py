"""Repeated keys inside one file: a repetition is kept once, a contradiction is refused whole.

What does not belong here: the same key in two files, which the facts resolve.
"""

import duckdb

from warehouse.contract import TableContract


def settle_duplicates(con: duckdb.DuckDBPyConnection, contract: TableContract) -> int:
    """Make the view `good` of the rows that count; return how many were dropped as repetitions.

    Contradicting records join `refused`. The common case, no repetition, costs one distinct count
    over hashed keys.
    """
    con.execute("create or replace temp table dropped (record bigint)")
    con.execute(
        "create or replace temp view good as select * from rows where _record not in"
        " (select record from refused union all select record from dropped)"
    )
    key = ", ".join(contract.key)
    total, distinct = con.execute(
        f"select count(*), count(distinct hash({key})) from good"
    ).fetchone()
    if total == distinct:
        return 0
    values = ", ".join(column.name for column in contract.columns)
    con.execute(
        f"""
        create or replace temp table repeated as
        with repeated as (
            select _record, hash({key}) as key_hash, row({key})::varchar as key_text,
                   row({values})::varchar as content
            from good
            qualify count(*) over (partition by key_hash) > 1
        )
        select _record as record,
               min(content) over whole <> max(content) over whole as contradicts,
               _record <> min(_record) over whole as repeats
        from repeated window whole as (partition by key_text)
        """
    )
    con.execute(
        "insert into refused select record, 'RP-1104', ? from repeated where contradicts",
        [",".join(contract.key)],
    )
    con.execute("insert into dropped select record from repeated where repeats and not contradicts")
    return con.execute("select count(*) from dropped").fetchone()[0]
