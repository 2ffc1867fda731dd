"""The simulated world resolved by the product itself, held against who is who in truth.

Only the exports that say who people are go through intake. What does not belong here: how the world
is made, how identity is resolved.
"""

import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from bench.identity.curve import CURVE, Measured, measured
from simulator import write_world
from warehouse.identity import residue
from warehouse.identity.resolution import resolved
from warehouse.intake.take import run_intake
from warehouse.linkage.description import Description
from warehouse.linkage.estimate import estimate
from warehouse.linkage.links import acceptable, candidates
from warehouse.linkage.metrics import grouped, pairwise
from warehouse.linkage.scoring import prepare
from warehouse.settings import Settings

NEEDED = {("crm", "customers"), ("boss", "accounts"), ("web", "logins")}
START, AS_OF = date(2025, 10, 1), date(2026, 11, 7)


@dataclass(frozen=True)
class World:
    """What identity made of a world."""

    everything: Measured
    """All CRM and BOSS records."""
    second_records: Measured
    """CRM records of consumers: their pairs are the planted duplicates."""
    found_share: dict[str, tuple[int, float]]
    """Per kind of duplicate, how many there are and the share that is joined."""
    wrongly_joined_families: int


def measure_world(home: Path, customers: int, seed: int) -> World:
    """Make a world, take it in, resolve it and count."""
    settings = _taken_in(home, customers, seed)
    with resolved(settings, AS_OF) as con:
        return _measure(con, settings)


def weights_found(home: Path) -> Description:
    """The weights that fit a world measured before, found without labels."""
    with resolved(Settings(home=home), AS_OF) as con:
        return estimate(con, residue.persons(con), residue.people())


def _taken_in(home: Path, customers: int, seed: int) -> Settings:
    settings = Settings(home=home)
    write_world(settings.landing, settings.truth, customers, seed, START, 13, 7)
    for folder in settings.landing.glob("*/*"):
        if (folder.parent.name, folder.name) not in NEEDED:
            shutil.rmtree(folder)
    run_intake(settings)
    return settings


def _measure(con: duckdb.DuckDBPyConnection, settings: Settings) -> World:
    con.execute(
        f"""
        create temp table labelled as
        select
            record.position, joined.component, xref.customer_key, truth.person,
            truth.duplicate_code, record.source_name = 'crm' and record.party = 'person' as is_crm
        from record
        inner join joined using (position)
        inner join read_parquet('{settings.truth}/identity.parquet') as truth
            using (source_name, entity, source_id)
        inner join xref using (source_name, entity, source_id)
        where xref.valid_to = date '9999-12-31'
        """
    )
    people, fixed = residue.persons(con), residue.people()
    prepare(con, people, fixed)
    wanted = candidates(con, replace(fixed, threshold=min(CURVE)))
    rows = con.sql("select * from labelled order by position").to_arrow_table().to_pydict()
    first: dict[int, int] = {}
    certain = [(first.setdefault(c, p), p) for p, c in enumerate(rows["component"])]
    crm = [place for place, is_crm in enumerate(rows["is_crm"]) if is_crm]

    def groups(threshold: float) -> list[int]:
        taken = acceptable(people, (w for w in wanted if w.confidence >= threshold), fixed)
        return grouped(len(rows["person"]), [*certain, *((w.low, w.high) for w in taken)])

    def measure(places: list[int]) -> Measured:
        def of(values: list) -> list:
            return [values[place] for place in places]

        truth = of(rows["person"])
        curve = {at: pairwise(of(groups(at)), truth) for at in CURVE}
        return measured(of(rows["customer_key"]), truth, curve, fixed.threshold)

    return World(
        everything=measure(list(range(len(rows["person"])))),
        second_records=measure(crm),
        found_share=_by_kind(con),
        wrongly_joined_families=_families(con, settings),
    )


def _by_kind(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, float]]:
    rows = con.sql(
        """
        select
            second.duplicate_code,
            count(*),
            avg(cast(first.customer_key = second.customer_key as integer))
        from labelled as second
        inner join labelled as first
            on first.person = second.person and first.is_crm and first.duplicate_code is null
        where second.is_crm and second.duplicate_code is not null
        group by all order by all
        """
    ).fetchall()
    return {kind: (count, share) for kind, count, share in rows}


def _families(con: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Pairs of different people with one phone who were made one customer."""
    return con.sql(
        f"""
        select count(distinct shared.person)
        from read_parquet('{settings.truth}/shared_phones.parquet') as shared
        inner join labelled as one on shared.person = one.person
        inner join labelled as other on shared.other_person = other.person
        where one.customer_key = other.customer_key
        """
    ).fetchone()[0]
