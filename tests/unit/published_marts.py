"""A small installation at the end of a run: marts to publish, green gates, a critical reader.

What does not belong here: tests.
"""

import json
from datetime import date

import duckdb

from expectations.results import STAGES, CheckResult, GateResult, require_all_green, write_result
from warehouse.ledger import Ledger
from warehouse.publication.mart_contract import load_marts
from warehouse.publication.publish import publish
from warehouse.settings import Settings

AS_OF = date(2026, 11, 7)
ROWS = 500
MART = "marts.mart_campaign_propensity"


def installation(home):
    """Settings of a home with one run's marts, ready to be published."""
    settings = Settings(home=home, keep_generations=3)
    audit = settings.lake / "audit"
    audit.mkdir(parents=True)
    with duckdb.connect() as con:
        con.execute(
            f"""copy (select date '{AS_OF}' as as_of_date, 'code' as code_version,
            'key' as key_version) to '{audit}/run_context.parquet' (format parquet)"""
        )
    build_marts(settings)
    return settings


def build_marts(settings, value=0.25, order="i"):
    """A mart under contract and one that is not."""
    with duckdb.connect(str(settings.warehouse_file)) as con:
        con.execute(
            f"""create schema if not exists marts;
            create or replace table {MART} as
            select 'c' || i as customer_key, 'churn' as offer_code, {value}::double as p_response,
                1 as decile, i as score_rank, 'm{value}' as model_version,
                'behaviour' as method_code, '' as reasons_en, '' as reasons_zh,
                date '{AS_OF}' as as_of_date
            from range({ROWS}) t(i) order by {order};
            create or replace table marts.other as select i % 3 as x from range(9) t(i)
            order by {order}"""
        )
        said = {column for (column, *_) in con.sql(f"describe {MART}").fetchall()}
        for name in load_marts()["mart_campaign_propensity"].columns:
            if name not in said:  # the contract has it, no test looks at it
                con.execute(f"alter table {MART} add column {name} varchar")


def run(settings, generation, fence=None):
    """What a run does at its end: five green gates, then publish."""
    ledger = Ledger(settings.ledger_file)
    fence = fence or ledger.start_run(AS_OF)
    ledger.close()
    held = CheckResult("t", "c", passed=True, severity="critical", evaluated=1, unexpected_count=0)
    for stage in STAGES:
        write_result(settings, GateResult(stage, True, [held], str(fence), AS_OF.isoformat()))
    gates = require_all_green(settings, str(fence), AS_OF)
    return publish(settings, generation, AS_OF, fence, gates)


def read(settings):
    """What a reader sees who resolves the pointer once; fails when it is not one generation."""
    folder = (settings.published / "current").resolve(strict=True)
    manifest = json.loads((folder / "manifest.json").read_text())
    with duckdb.connect(str(folder / "marts.duckdb"), read_only=True) as con:
        (named, digest), *_ = con.sql(
            "select generation_id, content_digest from generation"
        ).fetchall()
        models = con.sql("select distinct model_version from mart_campaign_propensity").fetchall()
        for name, mart in manifest["marts"].items():
            parquet = str(folder / mart["parquet"])
            assert con.sql(f"select count(*) from {name}").fetchall() == [(mart["rows"],)]
            assert con.sql(f"select count(*) from '{parquet}'").fetchall() == [(mart["rows"],)]
    assert (named, digest) == (folder.name, manifest["content_digest"])
    assert models == [(manifest["models"]["churn"],)]
    return manifest
