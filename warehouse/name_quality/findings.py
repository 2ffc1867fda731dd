"""One judgement from beginning to end: records, spellings, comparisons, tokens, result.

What does not belong here: how anything is found.
"""

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.files import write_parquet
from warehouse.identity import records
from warehouse.identity.xref import FOREVER
from warehouse.intake.columns import quoted
from warehouse.ledger import Ledger
from warehouse.name_quality import disagreement, id_numbers, resolution, spellings
from warehouse.name_quality.rules import BLOCKS, ORGANISATION, PERSON, RULES
from warehouse.pseudonym import Pseudonyms
from warehouse.settings import Settings

log = logging.getLogger("rapport")


@dataclass(frozen=True)
class NameQualityResult:
    """Counts of one judgement; never a value."""

    records: int
    findings: int
    blocked_customers: int
    resolved_findings: int


def result_path(settings: Settings) -> Path:
    """Where the findings lie."""
    return settings.lake / "identity" / "name_quality.parquet"


def judge(settings: Settings, as_of: date) -> NameQualityResult:
    """Rebuild `lake/identity/name_quality.parquet` from the records identity has just resolved.

    A finding belongs to the latest delivered version of a record: a corrected delivery ends it.
    """
    pseudonyms = Pseudonyms.load(settings, ledger_has_files=True)
    xref = quoted(str(settings.lake / "identity" / "customer_xref.parquet"))
    with records.open_restricted(settings) as con:
        records.load(con, settings, as_of)
        con.execute(
            f"create temp view xref as from read_parquet({xref}) where valid_to = date '{FOREVER}'"
        )
        found = find(con, pseudonyms)
        size = con.sql("select count(*) from record").fetchone()[0]
    ledger = Ledger(settings.ledger_file)
    made = resolution.settled(found, ledger)
    ledger.close()
    write_parquet(made, result_path(settings))
    result = _counted(size, made)
    log.info(
        "names: %s findings on %s records, %s customers may not be called",
        f"{result.findings:,}",
        f"{result.records:,}",
        f"{result.blocked_customers:,}",
    )
    return result


def find(con: duckdb.DuckDBPyConnection, pseudonyms: Pseudonyms) -> pa.Table:
    """Findings of the records in `record` and `version`, of the customers in `xref`."""
    con.execute(
        "create temp table finding"
        " (position bigint, rule_code varchar, canonical varchar, edit_distance integer)"
    )
    spellings.load(con)
    con.execute(_NAMED)
    for part in (spellings, disagreement, id_numbers):
        part.add(con)
    right = con.sql(
        "select distinct canonical from finding where canonical is not null order by all"
    ).to_arrow_table()["canonical"]
    tokens = pa.table({"canonical": right, "canonical_token": pseudonyms.tokens("name", right)})
    con.register("tokens", tokens)
    levels = [(rule.code, rule.severity_level) for rule in RULES.values()]
    return con.sql(
        f"""
        select
            customer_key, source_name, entity, source_id, rule_code,
            severity_level, name_token as observed_token, canonical_token,
            edit_distance, delivered_date
        from finding
        inner join named using (position)
        inner join (values {", ".join(map(str, levels))}) as rule (rule_code, severity_level)
            using (rule_code)
        left join tokens using (canonical)
        order by customer_key, source_name, entity, source_id, rule_code
        """
    ).to_arrow_table()


_NAMED = f"""
    create temp table named as
    with delivered as (
        select source_rank, source_id, max(business_date) as delivered_date
        from version
        group by source_rank, source_id
    ),
    keyed as (
        select record.*, delivered_date, customer_key
        from record
        inner join delivered using (source_rank, source_id)
        inner join xref using (source_name, entity, source_id)
    ),
    customer as (
        select
            customer_key,
            first(party_type_code order by position) filter (party_type_code is not null)
                as party_type_code,
            list(distinct birth_date) filter (birth_date is not null) as birth_dates,
            first(sex_code order by position) filter (sex_code in ('F', 'M')) as sex_code
        from keyed
        group by customer_key
    )
    select
        position, customer_key, source_name, entity, source_id, delivered_date,
        name, name_token, shown, folded, bare, id_number,
        case coalesce(keyed.party_type_code, customer.party_type_code)
            when 'C' then '{PERSON}' when 'B' then '{ORGANISATION}' when 'G' then '{ORGANISATION}'
            else 'unknown'
        end as subject,
        case when keyed.birth_date is not null then [keyed.birth_date] else customer.birth_dates end
            as birth_dates,
        case when keyed.sex_code in ('F', 'M') then keyed.sex_code else customer.sex_code end
            as sex_code,
        false as is_damaged
    from keyed
    inner join customer using (customer_key)
    left join spelling using (name)
"""
"""What every latest record calls its customer, and what any record knows of that customer."""


def _counted(size: int, made: pa.Table) -> NameQualityResult:
    rows = made.select(["customer_key", "severity_level", "is_resolved"]).to_pylist()
    blocked = {
        row["customer_key"]
        for row in rows
        if row["severity_level"] == BLOCKS and not row["is_resolved"]
    }
    return NameQualityResult(
        size, len(rows), len(blocked), sum(1 for row in rows if row["is_resolved"])
    )
