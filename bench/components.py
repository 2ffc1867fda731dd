"""Who is one customer among two records a person, history and keys included, against union-find."""

from pathlib import Path

import duckdb

SIZE = 1_000_000
_DAYS = 90
"""Business dates over which records appear; one in fifty later says something new."""


def prepare(folder: Path, size: int) -> None:
    """Write what `claims` leaves: records, oldest first, and what each says from when on."""
    with duckdb.connect() as con:
        con.execute(
            f"""
            create table record as
            select
                n as position,
                1 + n // {size} as source_rank,
                case when n < {size} then 'crm' else 'boss' end as source_name,
                case when n < {size} then 'customer' else 'account' end as entity,
                concat('S', n) as source_id,
                date '2026-01-01' + cast(hash(n) % {_DAYS} as integer) as first_date,
                first_date as first_known_date,
                'file' as first_file_id,
                case when n % {size} % 20 = 0 then 'body' else 'person' end as party,
                cast(null as varchar) as credit_code
            from range(2 * {size}) as r (n);
            create table claim as
            with said as (
                select
                    position,
                    position % {size} as person,
                    first_date as from_date,
                    position < {size} as is_crm
                from record
                union all
                select position, (position + 1) % {size}, first_date + 7, position < {size}
                from record where position % 50 = 0
            )
            select
                position,
                from_date,
                case when hash(person, 1) % 10 < 7 then md5(concat('id', person)) end as id_number,
                case when is_crm then concat('S', position)
                    when person % 10 < 3 then concat('S', person) end as link,
                md5(concat('name', person % 100_000)) as name,
                md5(concat('phone', person // 2)) as phone
            from said;
            copy record to '{folder}/record.parquet';
            copy claim to '{folder}/claim.parquet'
            """
        )


def union_find(folder: Path) -> None:
    """The textbook's way over what is said last, in plain Python: no history, no constraints."""
    with duckdb.connect() as con:
        rows = con.sql(
            f"from read_parquet('{folder}/claim.parquet')"
            " select position, link, id_number, concat(phone, name)"
            " qualify row_number() over (partition by position order by from_date desc) = 1"
        ).fetchall()
    parent = list(range(len(rows)))

    def root(node: int) -> int:
        while parent[node] != node:
            parent[node] = node = parent[parent[node]]
        return node

    first: dict[tuple[int, str], int] = {}
    for position, *said in rows:
        for kind, value in enumerate(said):
            if value is not None:
                a, b = root(position), root(first.setdefault((kind, value), position))
                parent[max(a, b)] = min(a, b)
    for node in range(len(parent)):
        root(node)


def ours(folder: Path) -> None:
    """Every epoch of every family, with parties kept apart, and the keys of all customers."""
    from warehouse.identity import components, evidence, timeline, xref
    from warehouse.identity.overrides import Constraints
    from warehouse.pseudonym import Pseudonyms

    evidence.PRODUCERS = ()  # likely links are measured elsewhere
    with duckdb.connect() as con:
        con.execute("set threads = 2")
        for name in ("record", "claim"):
            con.execute(f"create table {name} as from read_parquet('{folder}/{name}.parquet')")
        con.execute(
            "create table visitor (visitor_id varchar, account_id varchar,"
            " first_known_date date, first_file_id varchar)"
        )
        evidence.collect(con)
        timeline.build(con, Constraints())
        components.settle(con, Constraints())
        xref.assign(con, Pseudonyms(b"k" * 32))


SIDES = {"union-find in Python": union_find, "timeline, components, keys": ours}
