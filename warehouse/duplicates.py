"""Repeated keys inside one file: a repetition is kept once, a contradiction is refused whole.

What does not belong here: the same key in two files, which the facts resolve.
"""

import duckdb

from warehouse.contract import TableContract


def settle_duplicates(
    con: duckdb.DuckDBPyConnection, contract: TableContract
) -> tuple[list[int], list[int]]:
    """Return the records to drop as repetitions and those to refuse as contradictions.

    Looks at `good`, the rows that nothing else is wrong with. The common case, no repetition,
    costs one distinct count over hashed keys.
    """
    key = ", ".join(contract.key)
    total, distinct = con.execute(
        f"select count(*), count(distinct hash({key})) from good"
    ).fetchone()
    if total == distinct:
        return [], []
    values = ", ".join(column.name for column in contract.columns)
    found = con.execute(
        f"""
        with repeated as (
            select _record, hash({key}) as key_hash, row({key})::varchar as key_text,
                   row({values})::varchar as content
            from good
            qualify count(*) over (partition by key_hash) > 1
        )
        select _record,
               min(content) over whole <> max(content) over whole as contradicts,
               _record <> min(_record) over whole as repeats
        from repeated window whole as (partition by key_text)
        order by _record
        """
    ).fetchall()
    dropped = [record for record, contradicts, repeats in found if repeats and not contradicts]
    return dropped, [record for record, contradicts, _ in found if contradicts]
