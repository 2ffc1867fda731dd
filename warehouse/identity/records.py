"""The records identity knows: every delivered version, and each record as it was last delivered.

Identifiers and their tokens come from the vault, the rest from the lake; both hold every record of
every accepted file, and where they disagree nothing is resolved. What does not belong here: what
makes two records one customer.
"""

from datetime import date
from pathlib import Path

import duckdb

from warehouse.errors import RapportError
from warehouse.identity.rules import (
    BODY,
    DIRECT,
    ENTITIES,
    PARTIES,
    PARTY_OF_ID,
    QUASI,
    Entity,
)
from warehouse.literals import quoted
from warehouse.sandbox import work_folder
from warehouse.settings import Settings


def _fits(party: str) -> str:
    return f"regexp_full_match(id_number, {quoted(PARTY_OF_ID[party])})"


_PARTY = f"""
    case
        {" ".join(f"when party_type_code = '{code}' then '{p}'" for code, p in PARTIES.items())}
        when link is not null then null
        {" ".join(f"when {_fits(party)} then '{party}'" for party in PARTY_OF_ID)}
    end
"""


def open_restricted(settings: Settings) -> duckdb.DuckDBPyConnection:
    """A connection in memory that spills, when it must, into the vault."""
    con = duckdb.connect()
    con.execute(f"set threads = {settings.threads}")
    con.execute(f"set memory_limit = {quoted(settings.memory_limit)}")
    con.execute(f"set temp_directory = {quoted(str(work_folder(settings) / 'spill'))}")
    return con


def load(con: duckdb.DuckDBPyConnection, settings: Settings, as_of: date) -> None:
    """Fill `version` and `record` with what was delivered up to `as_of`.

    `version` has one row per delivered version of a record, `record` one per record: its latest
    version with its dense `position`, oldest record first. Each part p of `rules.DIRECT` is there
    as `p` (the one spelling) and `p_token`, each of `rules.QUASI` under its name. A record also
    has a `party`: what its source says, else, unless it names another record, what its document
    looks like; and a `credit_code`, the token of its document, when it is a body's.

    Raises:
        RapportError: RP-2010 when the vault cannot be read or does not match the lake.
    """
    for entity in ENTITIES:
        _load_versions(con, settings, entity, as_of)
    parts = [*QUASI, *DIRECT, *(f"{part}_token" for part in DIRECT)]
    con.execute(
        f"""
        create temp table version as
        {" union all ".join(f"select * from {entity.entity}_version" for entity in ENTITIES)};
        create temp table record as
        with latest as (
            select
                *,
                min(business_date) over record as first_date,
                first(_file_id) over (record order by business_date, _file_id, _record)
                    as first_file_id,
                least(
                    min(business_date) over record,
                    first(born) over (record order by business_date, _file_id, _record)
                ) as first_known_date
            from version
            window record as (partition by source_rank, source_id)
            qualify row_number() over (
                record order by business_date desc, _file_id desc, _record desc
            ) = 1
        )
        select
            row_number() over (order by first_date, source_rank, source_id) - 1 as position,
            source_rank, source_name, entity, source_id, first_date, first_known_date,
            first_file_id, link, {", ".join(parts)}, {_PARTY} as party,
            case when party = '{BODY}' and {_fits(BODY)} then id_number_token end as credit_code
        from latest;
        """
    )


def _load_versions(
    con: duckdb.DuckDBPyConnection, settings: Settings, entity: Entity, as_of: date
) -> None:
    """Join one table's rows in the lake with their identifiers in the vault, one for one."""
    direct = {part: getattr(entity, part) for part in DIRECT if getattr(entity, part)}
    vault = _vault(con, settings, entity, list(direct.values()))
    quasi = [
        f"lake.{getattr(entity, part)}" if getattr(entity, part) else f"cast(null as {kind})"
        for part, kind in QUASI.items()
    ]
    missing = "cast(null as varchar)"
    values = [f"vault.{direct[part]}" if part in direct else missing for part in DIRECT]
    tokens = [f"vault.{direct[part]}_token" if part in direct else missing for part in DIRECT]
    named = zip(
        [*quasi, *values, *tokens],
        [*QUASI, *DIRECT, *(f"{part}_token" for part in DIRECT)],
        strict=True,
    )
    agree = " and ".join(
        f"vault.{column}_token is not distinct from lake.{column}_token"
        for column in direct.values()
    )
    try:
        con.execute(
            f"""
            create temp table {entity.entity}_version as
            select
                {entity.rank} as source_rank,
                '{entity.source}' as source_name,
                '{entity.entity}' as entity,
                lake.{entity.source_id} as source_id,
                lake.business_date,
                lake._file_id,
                lake._record,
                cast(lake.{entity.born} as date) as born,
                {f"lake.{entity.link}" if entity.link else missing} as link,
                {", ".join(f"{expression} as {name}" for expression, name in named)},
                vault.file_id is not null and {agree} as is_in_vault
            from read_parquet(
                {quoted(f"{settings.lake}/raw/{entity.source}/{entity.table}/*/*.parquet")},
                hive_partitioning = true
            ) as lake
            left join {vault} as vault
                on lake._file_id = vault.file_id and lake._record = vault._record
            where lake.business_date <= date '{as_of}'
            """
        )
    except duckdb.Error as error:
        raise RapportError(
            "RP-2010", table=f"{entity.source}/{entity.table}", problem=type(error).__name__
        ) from None
    lost = con.sql(
        f"select count(*), count(distinct _file_id), min(_file_id)"
        f" from {entity.entity}_version where not is_in_vault"
    ).fetchone()
    if lost[0]:
        raise RapportError(
            "RP-2010",
            table=f"{entity.source}/{entity.table}",
            problem="vault_differs_from_lake",
            records=lost[0],
            files=lost[1],
            first_file=lost[2],
        )
    con.execute(f"alter table {entity.entity}_version drop column is_in_vault")


def _vault(
    con: duckdb.DuckDBPyConnection, settings: Settings, entity: Entity, columns: list[str]
) -> str:
    """The vault's rows of one table as a relation; an empty one when nothing was delivered."""
    names = [*columns, *(f"{column}_token" for column in columns)]
    folder = Path(settings.vault, entity.source, entity.table)
    if not any(folder.glob("*/*.parquet")):
        nothing = ", ".join(f"cast(null as varchar) as {name}" for name in [*names, "file_id"])
        return f"(select {nothing}, cast(null as bigint) as _record where false)"
    return f"""(
        select {", ".join(names)}, parse_filename(filename, true) as file_id, _record
        from read_parquet({quoted(f"{folder}/*/*.parquet")}, filename = true)
    )"""
